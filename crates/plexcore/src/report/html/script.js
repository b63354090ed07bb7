// Sorts, filters and switches colours. Everything the page tells is there without it.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);

  // Colours: the system's, until the button is used; the choice is kept where the browser allows it.
  const theme = byId("theme");
  const root = document.documentElement;
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches);
  const nameTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  const stored = (value) => {
    try {
      if (value) localStorage.setItem("plex-report-theme", value);
      return localStorage.getItem("plex-report-theme");
    } catch { return null; }
  };
  const kept = stored();
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  nameTheme();
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored(root.dataset.theme);
    nameTheme();
  });
  systemIsDark.addEventListener("change", nameTheme);

  // Children in a new order. The box is taken out and emptied first: while a click's place or a
  // selection lies in it, Chromium looks through all its children for each one that moves, and some
  // versions (150) do so wherever a child is moved from the beginning of a box to its end.
  const reorder = (box, children) => {
    const [parent, next, top] = [box.parentNode, box.nextSibling, scrollY];
    box.remove();
    box.replaceChildren();
    box.append(...children);
    parent.insertBefore(box, next);
    scrollTo({ top, behavior: "instant" });
  };

  // Tables: a click on a head sorts; the row of sums stays last.
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const numberOf = (key) => {
    const number = Number.parseFloat(key.replaceAll(",", ""));
    return Number.isNaN(number) ? -Infinity : number;
  };
  const sortTable = (table, head) => {
    const column = head.cellIndex;
    const isNumber = head.classList.contains("num");
    const now = head.getAttribute("aria-sort");
    const falling = now ? now === "ascending" : isNumber;
    const body = table.tBodies[0];
    const rows = [...body.rows].filter((row) => !row.classList.contains("sum"));
    const sums = [...body.rows].filter((row) => row.classList.contains("sum"));
    const keyed = rows.map((row) => {
      const key = keyOf(row, column);
      return { row, key: isNumber ? numberOf(key) : key };
    });
    const compare = isNumber ? (a, b) => a.key - b.key : (a, b) => words.compare(a.key, b.key);
    keyed.sort((a, b) => (falling ? compare(b, a) : compare(a, b)));
    reorder(body, [...keyed.map(({ row }) => row), ...sums]);
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const head of table.tHead.rows[0].cells) {
      if (head.classList.contains("draw") || !head.textContent) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
    }
    table.tHead.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) sortTable(table, button.parentElement);
    });
  }

  // The catalogue.
  const form = byId("filters");
  let reveal = () => {};
  if (form) {
    const field = { text: byId("f-text"), group: byId("f-group"), kind: byId("f-kind"), agent: byId("f-agent"), sort: byId("f-sort"), fresh: byId("f-new") };
    const shown = byId("f-shown");
    const noise = byId("noise");
    const lists = [...document.querySelectorAll(".entries")];
    // Read once; after that a filter touches no element but those that change.
    const entries = lists.flatMap((list) => [...list.children].map((row, place) => ({
      row, list, place, isShown: true,
      group: row.dataset.group, kind: row.dataset.kind, agents: row.dataset.agents.split("\t"),
      count: Number(row.dataset.count), first: row.dataset.first, last: row.dataset.last,
      isNew: "new" in row.dataset, text: null, title: row.querySelector(".e-what").textContent,
    })));
    const textOf = (entry) => (entry.text ??= entry.row.textContent.toLowerCase());
    const count = new Intl.NumberFormat("en");

    const filter = () => {
      const needles = field.text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const [group, kind, agent] = [field.group.value, field.kind.value, field.agent.value];
      const onlyNew = field.fresh?.checked ?? false;
      const isFiltered = needles.length > 0 || group || kind || agent || onlyNew;
      const tally = { failures: 0, shown: 0, apart: 0 };
      for (const entry of entries) {
        const fits = (!group || entry.group === group) && (!kind || entry.kind === kind)
          && (!agent || entry.agents.includes(agent)) && (!onlyNew || entry.isNew)
          && needles.every((needle) => textOf(entry).includes(needle));
        if (fits !== entry.isShown) {
          entry.row.hidden = !fits;
          entry.isShown = fits;
        }
        const isApart = noise?.contains(entry.list) ?? false;
        tally.failures += isApart ? 0 : 1;
        tally.shown += fits && !isApart ? 1 : 0;
        tally.apart += fits && isApart ? 1 : 0;
      }
      if (noise && isFiltered && tally.shown === 0 && tally.apart > 0) noise.open = true;
      const apart = isFiltered && tally.apart > 0 ? `, and ${count.format(tally.apart)} set apart` : "";
      shown.textContent = `${count.format(tally.shown)} of ${count.format(tally.failures)} errors${apart}`;
    };

    const orders = {
      count: (a, b) => a.place - b.place,
      last: (a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : a.place - b.place),
      first: (a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.place - b.place),
      title: (a, b) => words.compare(a.title, b.title) || a.place - b.place,
    };
    const sort = () => {
      for (const list of lists) {
        const mine = entries.filter((entry) => entry.list === list).sort(orders[field.sort.value]);
        reorder(list, mine.map((entry) => entry.row));
      }
    };

    // Typing filters once the keys rest.
    let rest = 0;
    form.addEventListener("input", (event) => {
      if (event.target === field.sort) return sort();
      clearTimeout(rest);
      rest = setTimeout(filter, event.target === field.text ? 90 : 0);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { filter(); sort(); }));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.kind-link");
      if (!link) return;
      form.reset();
      field.kind.value = link.dataset.kind;
      setTimeout(filter);
    });
    reveal = (target) => {
      if (target.hidden) { form.reset(); filter(); }
    };
    filter();
    form.hidden = false;
    // Reading all texts takes a moment; it is done before the first key where the browser is idle.
    const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 300));
    let next = 0;
    const readSome = () => {
      const end = Math.min(next + 250, entries.length);
      while (next < end) textOf(entries[next++]);
      if (next < entries.length) idle(readSome);
      else form.dataset.ready = "1";
    };
    idle(readSome);
  }

  // A link to something folded opens it.
  const follow = () => {
    const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    reveal(target);
    const own = target.matches("details") ? target : target.querySelector(":scope > details");
    if (own) own.open = true;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  // Browsers that cannot print what is folded get it opened, and closed again.
  if (!CSS.supports("selector(details::details-content)")) {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll("details:not([open])")];
      for (const details of opened) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of opened) details.open = false;
    });
  }

  // The section in sight is marked in the contents.
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const watcher = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      const link = links.get(target.id);
      if (!link || !isIntersecting) continue;
      for (const other of links.values()) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const section of document.querySelectorAll("main > section")) watcher.observe(section);
})();
