namespace Surprisal.Cli.Report;

/// <summary>
/// Sorts tables: a button in each heading, numbers by data-order, what is no number last. It has no character that XML escapes.
/// </summary>
internal static class PageScript
{
    public static string Text { get; } = """

        "use strict";
        for (const table of document.querySelectorAll("table.sortable")) {
          const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
          heads.forEach((head, column) => {
            const button = document.createElement("button");
            button.type = "button";
            button.append(...head.childNodes);
            head.append(button);
            button.addEventListener("click", () => {
              const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
              for (const other of heads) other.removeAttribute("aria-sort");
              head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
              const order = row => row.cells[column].dataset.order ?? null;
              const text = row => row.cells[column].textContent;
              body.append(...[...body.rows].sort((a, b) => {
                if (order(a) === null) return sign * text(a).localeCompare(text(b), undefined, { numeric: true });
                const x = Number(order(a)), y = Number(order(b));
                return isNaN(x) - isNaN(y) || sign * (x - y) || 0;
              }));
            });
          });
        }

        """.ReplaceLineEndings("\n");
}
