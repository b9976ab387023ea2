using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Surprisal.Tests.Cli.Report;

/// <summary>A browser without a window, told what to do over its DevTools protocol; what it asks the network for and complains of is kept.</summary>
internal sealed class Chromium : IDisposable
{
    private static readonly string[] names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Process process;
    private readonly string profile = Directory.CreateTempSubdirectory("surprisal-chromium-").FullName;
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
    private int calls;

    private Chromium(string program)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--no-first-run",
            "--disable-background-networking", $"--user-data-dir={profile}", "about:blank"])
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
    }

    /// <summary>Addresses that pages asked for, their own among them.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Errors, warnings and whatever else went to the console.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>A browser that is on the PATH; null where there is none, or where what has its name does not start.</summary>
    public static async Task<Chromium?> Find()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists) is not { } program) return null;
        var (browser, isConnected) = (new Chromium(program), false);
        try
        {
            isConnected = await browser.Connect();
            return isConnected ? browser : null;
        }
        finally
        {
            if (!isConnected) browser.Dispose();
        }
    }

    /// <summary>Shows a file and waits until it is loaded.</summary>
    public async Task Show(string file, int width, string scheme)
    {
        await Call("Emulation.setDeviceMetricsOverride",
            new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        await Call("Emulation.setEmulatedMedia",
            new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) });
        Requests.Clear();
        Complaints.Clear();
        await Call("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        while (await Evaluate($"document.readyState === 'complete' && location.href === {JsonSerializer.Serialize(new Uri(file).AbsoluteUri)}") != "true")
            await Task.Delay(20, patience.Token);
        await Evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(''))))");
    }

    /// <summary>What a script gives, as JSON.</summary>
    public async Task<string> Evaluate(string script)
    {
        var answer = await Call("Runtime.evaluate", new JsonObject { ["expression"] = script, ["returnByValue"] = true, ["awaitPromise"] = true });
        if (answer.TryGetProperty("exceptionDetails", out var error)) throw new InvalidOperationException($"{script}: {error}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value.GetRawText() : "null";
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        socket.Dispose();
        patience.Dispose();
        try { Directory.Delete(profile, recursive: true); }
        catch (IOException) { } // a process of the browser may still write
    }

    private async Task<bool> Connect()
    {
        const string announced = "DevTools listening on ws://";
        string? line;
        while ((line = await process.StandardError.ReadLineAsync(patience.Token)) is not null && !line.StartsWith(announced, StringComparison.Ordinal)) { }
        if (line is null) return false;
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, patience.Token); // so that the browser never waits for a reader
        using var client = new HttpClient();
        var pages = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://{line[announced.Length..].Split('/')[0]}/json"), patience.Token));
        var page = pages.RootElement.EnumerateArray().First(static target => target.GetProperty("type").GetString() == "page");
        await socket.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), patience.Token);
        foreach (var domain in (string[])["Page", "Runtime", "Network", "Log"]) await Call($"{domain}.enable", []);
        return true;
    }

    private async Task<JsonElement> Call(string method, JsonObject parameters)
    {
        var id = ++calls;
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString()),
            WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
        {
            var message = await Receive();
            if (message.TryGetProperty("method", out var happened)) Keep(happened.GetString()!, message.GetProperty("params"));
            else if (message.GetProperty("id").GetInt32() == id)
                return message.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {message}");
        }
    }

    private void Keep(string happened, JsonElement about)
    {
        if (happened == "Network.requestWillBeSent") Requests.Add(about.GetProperty("request").GetProperty("url").GetString()!);
        if (happened is "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded") Complaints.Add($"{happened}: {about}");
    }

    private async Task<JsonElement> Receive()
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(message.ToArray()).RootElement;
    }
}
