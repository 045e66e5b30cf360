document.querySelectorAll("table.sortable").forEach(table => {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], given = [...body.rows];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = table.dataset.sort;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const was = head.getAttribute("aria-sort");
      const next = was === "descending" ? "ascending" : was === "ascending" ? null : "descending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      if (next) head.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      const key = row => row.cells[column].dataset.v;
      const rows = !next ? given : [...given].sort((one, other) => {
        const a = key(one), b = key(other);
        if (a !== undefined && b !== undefined) return sign * (a - b);
        if (a !== undefined || b !== undefined) return a !== undefined ? -1 : 1;
        return sign * one.cells[column].textContent.localeCompare(other.cells[column].textContent, document.documentElement.lang);
      });
      body.append(...rows);
    });
  });
});
