using Surprisal.Cli;

return Commands.Run(args);
