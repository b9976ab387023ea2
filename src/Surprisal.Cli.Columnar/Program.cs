using Surprisal.Cli;
using Surprisal.Cli.Columnar;

return Commands.Run(args, new ColumnarFormat());
