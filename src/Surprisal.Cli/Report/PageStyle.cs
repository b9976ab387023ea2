namespace Surprisal.Cli.Report;

/// <summary>How pages look: light and dark, on a phone and a wide screen, on paper. It has no character that XML escapes.</summary>
internal static class PageStyle
{
    /// <summary>The colours as variables, light and dark.</summary>
    public const string Colours = """

        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --quiet: #57606a; --line: #d5dae1; --panel: #f4f6f8;
          --series-1: #1d5fb4; --series-2: #b3480a; --series-3: #1b7a43; --series-4: #7a3fc2; --series-5: #a8266b; --series-6: #5d6570; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --paper: #14171b; --ink: #e6e9ed; --quiet: #a3adb8; --line: #373e47; --panel: #1d2127;
            --series-1: #6db0ff; --series-2: #ff9a52; --series-3: #5fcf8b; --series-4: #c3a2ff; --series-5: #ff8cc4;
            --series-6: #aab3bd; } }
        """;

    public static string Text { get; } = Colours + """

        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 78rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
        h2 { font-size: 1.15rem; margin: 2.5rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
        p { max-width: 44rem; margin: 0.5rem 0; }
        .lead, .note, figcaption span, caption, .facts dt, .numbers dt { color: var(--quiet); }
        dl, dd { margin: 0; }
        .numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 10rem), 1fr)); gap: 0.75rem;
          margin: 1.5rem 0 0; }
        .numbers div { background: var(--panel); border-radius: 6px; padding: 0.6rem 0.8rem; }
        .numbers dd { font-size: 1.5rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
        .numbers dt, .numbers .note { font-size: 0.85rem; font-weight: 400; }
        .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 0 2rem; }
        .facts div { display: flex; gap: 1rem; justify-content: space-between; padding: 0.3rem 0; border-bottom: 1px solid var(--line); }
        .facts dt { flex: none; }
        .facts dd { text-align: end; min-width: 0; }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); column-gap: 1.5rem; }
        figure { margin: 0 0 1.5rem; max-width: 30rem; min-width: 0; display: grid; grid-template-rows: subgrid;
          grid-row: span 2; }
        figcaption { margin-bottom: 0.6rem; font-size: 0.9rem; }
        figcaption b, figcaption span { display: block; }
        figcaption b { font-size: 1rem; }
        svg { display: block; width: 100%; height: auto; align-self: end; font-variant-numeric: tabular-nums; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 6.5rem), 1fr)); gap: 1rem 0.75rem;
          list-style: none; margin: 0 0 1.5rem; padding: 0; font-size: 0.85rem; }
        .pictures li { min-width: 0; }
        .pairs { grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); }
        .pairs div { display: flex; gap: 0.4rem; }
        .pictures img { display: block; width: 6rem; max-width: 100%; image-rendering: pixelated; border: 1px solid var(--line);
          border-radius: 4px; margin-bottom: 0.3rem; }
        .pictures b, .pictures span { display: block; line-height: 1.3; }
        .pictures b { font-weight: 600; }
        .pictures span { color: var(--quiet); }
        .tables { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
        .scroll { overflow: auto; max-width: 100%; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px; }
        .whole { max-height: none; }
        .scroll:focus-visible, button:focus-visible { outline: 2px solid var(--series-1); outline-offset: 2px; }
        table { width: max-content; min-width: 16rem; border-collapse: separate; border-spacing: 0; font-size: 0.9rem;
          font-variant-numeric: tabular-nums; overflow-wrap: normal; }
        caption { text-align: start; padding: 0.6rem 0.8rem; }
        caption span { display: block; position: sticky; left: 0.8rem;
          contain: inline-size; max-width: calc(100vw - 5rem); }
        th, td { padding: 0.3rem 0.8rem; text-align: end; white-space: nowrap; border-top: 1px solid var(--line); }
        th { font-weight: 600; }
        thead th, thead td { position: sticky; top: 0; z-index: 1; background: var(--panel); }
        thead :first-child { left: 0; z-index: 2; }
        th:first-child { text-align: start; }
        tbody th { position: sticky; left: 0; background: var(--paper); font-weight: 400; min-width: 4rem; max-width: 16rem;
          white-space: normal; overflow-wrap: anywhere; }
        button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
        @media (max-width: 30rem) {
          th, td { padding: 0.3rem; }
          .sortable { width: auto; font-size: 0.8rem; }
          .sortable thead th { white-space: normal; vertical-align: bottom; }
          .sortable tbody th { max-width: 32vw; overflow-wrap: break-word; }
        }
        [aria-sort=ascending] button::after { content: " \2191"; }
        [aria-sort=descending] button::after { content: " \2193"; }
        .confusions th, .confusions td { padding: 0.25rem 0.5rem; }
        .confusions td { min-width: 2.2rem; text-align: center; }
        .confusions tbody th { background: var(--panel); max-width: min(14rem, 36vw); }
        .confusions thead th { vertical-align: bottom; text-align: center; }
        .long thead span { display: inline-block; writing-mode: vertical-rl; max-height: 9rem; overflow: hidden; text-overflow: ellipsis; }
        .confusions .none { color: var(--quiet); }
        .d1 { --heat: 8%; } .d2 { --heat: 15%; } .d3 { --heat: 22%; } .d4 { --heat: 29%; } .d5 { --heat: 36%; } .d6 { --heat: 43%; }
        .e1 { --heat: 10%; } .e2 { --heat: 18%; } .e3 { --heat: 26%; } .e4 { --heat: 34%; } .e5 { --heat: 42%; } .e6 { --heat: 50%; }
        .d1, .d2, .d3, .d4, .d5, .d6 { background: color-mix(in srgb, var(--series-1) var(--heat), transparent); }
        .e1, .e2, .e3, .e4, .e5, .e6 { background: color-mix(in srgb, var(--series-2) var(--heat), transparent); }
        @media print {
          :root { color-scheme: light; }
          body { font-size: 11pt; }
          main { max-width: none; padding: 0; }
          .scroll { overflow: visible; max-height: none; border: 0; }
          thead th, thead td, tbody th, caption span { position: static; }
          figure, tr, .numbers div { break-inside: avoid; }
          h2 { break-after: avoid; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }

        """.ReplaceLineEndings("\n");
}
