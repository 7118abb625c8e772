/* Slides over the whole screen, from data. Text reaches the page by textContent only, pictures as images, in
   which no script runs. The address names the slide (?dia=3), so that a link opens it. */
const decks = new WeakMap();

export default function ({ parentElement, data }) {
  let deck = decks.get(parentElement);
  const first = !deck;
  if (first) decks.set(parentElement, (deck = build(parentElement)));
  const other = !first && data.area !== deck.data.area; // the reader went Back: what was shown is no longer there
  if (other && deck.dialog.open) leave(deck);
  update(deck, data);
  if ((first || other) && data.open) open(deck, data.open - 1);
  return () => { // the reader goes to another page
    leave(deck);
    deck.gone.abort();
    decks.delete(parentElement);
  };
}

/* -- what stands there ------------------------------------------------------------------------------------- */

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function within(parent, ...children) {
  parent.append(...children.filter(Boolean));
  return parent;
}

const makers = {
  sentences: ({ said, small }) => within(element("div", small ? "zinnen klein" : "zinnen"), ...said.map((one) => element("p", "", one))),
  figures: ({ figures }) => within(element("dl", "cijfers"), ...figures.map((one) => within(element("div"),
    element("dt", "", one.label), element("dd", "waarde", one.value),
    one.compare && pieces(element("dd"), one.compare), element("dd", "uitleg", one.definition)))),
  picture: ({ svg, upright, alt, caption }) => {
    const image = element("img"), source = upright && element("source"), drawn = element("picture");
    const address = (one) => "data:image/svg+xml;charset=utf-8," + encodeURIComponent(one);
    if (source) [source.media, source.srcset] = ["screen and (max-aspect-ratio: 1/1)", address(upright)];
    image.alt = alt;
    image.src = address(svg);
    return within(element("figure", "beeld"), within(drawn, source, image), caption && element("figcaption", "", caption));
  },
  legend: ({ items }) => within(element("ul", "legenda"), ...items.map((item) => {
    const mark = element("span", { area: "vak", dot: "stip", site: "nummertje", number: "nummertje" }[item.shape]);
    mark.style.background = item.hatch
      ? `repeating-linear-gradient(-45deg, ${item.hatch} 0 3px, ${item.fill} 3px 9px)` : item.fill;
    if (item.shape === "site" || item.shape === "number") mark.textContent = "1";
    if (item.hatch && item.shape === "area") mark.style.borderColor = item.hatch;
    return within(element("li"), mark, element("span", "", item.label));
  })),
  bars: ({ title, definition, points }) => within(element("figure", "grafiek"), element("figcaption", "", title),
    within(element("ul", "staven"), ...points.map((point) => {
      const bar = element("div", "staaf"), track = within(element("div", "spoor"), bar);
      if (point.share === null) bar.hidden = true;
      else bar.style.width = point.share * 100 + "%";
      return within(element("li", point.own ? "eigen" : ""), element("span", "naam", point.name),
        within(element("div", "rij"), track, element("span", "getal", point.shown)));
    })), element("p", "uitleg", definition)),
  table: ({ caption, columns, rows, own, numbered }) => {
    const side = (column) => (column.number ? "getal" : "");
    const head = columns.map((column) => {
      const cell = element("th", side(column), column.label);
      cell.scope = "col";
      return cell;
    });
    if (numbered) head.unshift(element("td", "nr"));
    const body = rows.map((row, r) => {
      const cells = row.map((text, i) => {
        const cell = element(i ? "td" : "th", side(columns[i]), text);
        if (!i) cell.scope = "row";
        return cell;
      });
      if (numbered) cells.unshift(element("td", "nr", String(r + 1)));
      return within(element("tr", r === own ? "eigen" : ""), ...cells);
    });
    return within(element("table", columns.some((one) => one.number) ? "" : "woorden"), caption && element("caption", "", caption),
      within(element("thead"), within(element("tr"), ...head)), within(element("tbody"), ...body));
  },
  points: ({ heading, items, wide }) => within(element("section", wide ? "punten breed" : "punten"),
    heading && element("h3", "", heading),
    within(element("ul"), ...items.map(([word, text]) => within(element("li"),
      word && element("strong", "", word + " "), document.createTextNode(text))))),
  together: ({ blocks }) => within(element("div", "samen"), ...blocks.map(block)),
};

function pieces(parent, text) { // a name stays with its number
  return within(parent, ...text.split(" · ").flatMap((one, i) => [i && " · ", element("span", "heel", one)]));
}

function block(one) {
  return makers[one.kind](one);
}

function slide(one, data) {
  const made = element("section", "dia " + one.kind);
  made.setAttribute("role", "group");
  made.setAttribute("aria-roledescription", data.texts.slide);
  made.setAttribute("aria-label", one.number);
  made.tabIndex = 0; // also to scroll it by keys on a small screen
  made.hidden = true;
  return within(made,
    one.subject && element("p", "onderwerp", one.subject), element("h2", "", one.title),
    within(element("div", "inhoud " + one.layout), ...one.blocks.map(block)),
    within(element("footer", "voet"), data.mark && element("p", "merk", data.mark), element("p", "", data.source)));
}

function update(deck, data) {
  const { texts } = (deck.data = data);
  deck.begin.textContent = texts.present;
  deck.dialog.setAttribute("aria-label", data.subject);
  deck.dialog.lang = data.lang;
  for (const [name, text] of [["terug", texts.previous], ["verder", texts.next], ["vol", texts.full], ["dicht", texts.close]]) {
    const button = deck.dialog.querySelector("." + name);
    button.title = text;
    button.setAttribute("aria-label", text);
  }
  if (data.version === deck.version) return;
  deck.version = data.version;
  deck.slides = data.slides.map((one) => slide(one, data));
  deck.room.replaceChildren(...deck.slides);
  if (deck.dialog.open) turn(deck, deck.at);
}

/* -- from slide to slide ----------------------------------------------------------------------------------- */

function turn(deck, wanted) {
  deck.at = Math.min(Math.max(wanted, 0), deck.slides.length - 1);
  deck.slides.forEach((one, i) => (one.hidden = i !== deck.at));
  const now = deck.slides[deck.at];
  fit(now);
  now.scrollTop = 0;
  deck.number.textContent = deck.data.slides[deck.at].shown;
  deck.dialog.querySelector(".terug").disabled = deck.at === 0;
  deck.dialog.querySelector(".verder").disabled = deck.at === deck.slides.length - 1;
  deck.progress.style.width = ((deck.at + 1) / deck.slides.length) * 100 + "%";
  address(deck.at + 1);
  const held = deck.nav.contains(deck.root.activeElement) && !deck.root.activeElement.disabled;
  if (!held) now.focus({ preventScroll: true }); // a screen reader then says which slide it is, and reads it
}

function fit(slide) { // smaller letters where the longest names would not fit; a phone scrolls instead
  const content = slide.querySelector(".inhoud");
  content.style.removeProperty("--krimp");
  if (matchMedia("(max-aspect-ratio: 1/1)").matches) return;
  for (let size = 0.97; size > 0.5 && over(slide, content); size -= 0.03) content.style.setProperty("--krimp", size);
}

function over(slide, content) {
  const low = content.getBoundingClientRect().bottom + 1, wide = (one) => one.scrollWidth > one.clientWidth + 1;
  return slide.scrollHeight > slide.clientHeight + 1 || wide(content)
    || [...content.children].some((one) => one.getBoundingClientRect().bottom > low || one.scrollHeight > one.clientHeight + 2)
    || [...content.querySelectorAll("table, .staven, .cijfers dd")].some((one) => wide(one) || wide(one.parentElement));
}

function address(number) {
  const url = new URL(location.href);
  if (number) url.searchParams.set("dia", number);
  else url.searchParams.delete("dia");
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

function open(deck, at) {
  hold(true);
  deck.dialog.showModal();
  deck.dialog.focus();
  turn(deck, at);
}

function hold(on) { // else a swipe to the side would go to the page before
  for (const one of [document.documentElement, document.body]) one.style.overscrollBehavior = on ? "contain" : "";
}

function leave(deck) {
  deck.black.hidden = true;
  if (document.fullscreenElement) document.exitFullscreen().catch(() => null);
  deck.whole = false;
  if (deck.dialog.open) deck.dialog.close();
  hold(false);
  address(0);
}

function whole(deck, on) { // the whole page: a dialog itself may not fill the screen
  deck.whole = on;
  if (on) document.documentElement.requestFullscreen?.().catch(() => (deck.whole = false)); // a phone may refuse
  else if (document.fullscreenElement) document.exitFullscreen().catch(() => null);
}

/* -- keys, clickers, touch, paper -------------------------------------------------------------------------- */

const STEPS = { ArrowRight: 1, PageDown: 1, " ": 1, n: 1, ArrowLeft: -1, PageUp: -1, Backspace: -1, p: -1 };

function key(deck, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const pressed = event.key, button = event.composedPath()[0].closest?.("button");
  if (button && (pressed === " " || pressed === "Enter")) return; // it has its own meaning there
  const tall = deck.slides[deck.at].scrollHeight > deck.slides[deck.at].clientHeight + 1;
  let step = STEPS[pressed] || 0;
  if (!tall && (pressed === "ArrowDown" || pressed === "ArrowUp")) step = pressed === "ArrowDown" ? 1 : -1;
  if (pressed === " " && event.shiftKey) step = -1;
  if (step) turn(deck, deck.at + step);
  else if (pressed === "Home") turn(deck, 0);
  else if (pressed === "End") turn(deck, deck.slides.length - 1);
  else if (pressed === "f" || pressed === "F") whole(deck, !document.fullscreenElement);
  else if (pressed === "b" || pressed === "B" || pressed === ".") deck.black.hidden = !deck.black.hidden;
  else return;
  if (step) deck.black.hidden = true;
  event.preventDefault();
  event.stopPropagation(); // Streamlit has keys of its own
}

function swipe(deck, event) {
  const [touch] = event.changedTouches;
  if (event.type === "touchstart") return void (deck.touch = event.touches.length === 1 ? [touch.clientX, touch.clientY] : null);
  if (!deck.touch) return;
  const [dx, dy] = [touch.clientX - deck.touch[0], touch.clientY - deck.touch[1]];
  if (Math.abs(dx) > 45 && Math.abs(dx) > 1.5 * Math.abs(dy)) turn(deck, deck.at + (dx < 0 ? 1 : -1));
}

function sideways(deck, event) { // slides turn; the page itself stays
  const [touch] = event.touches;
  if (!deck.touch || event.touches.length > 1 || !event.cancelable) return;
  if (Math.abs(touch.clientX - deck.touch[0]) > Math.abs(touch.clientY - deck.touch[1])) event.preventDefault();
}

function paper(deck) { // all slides, a page each; what is on the screen is only one of them
  if (!deck.dialog.open) return;
  const sheet = element("div"), room = within(element("div", "dek papier")), rules = element("style");
  sheet.id = "buurtdekking-papier";
  rules.textContent = `@page { size: A4 landscape; margin: 0; }
    @media print { html, body { height: auto !important; overflow: visible !important; } body > :not(#${sheet.id}) { display: none !important; } }`;
  for (const one of deck.slides) {
    deck.slides.forEach((other) => (other.hidden = other !== one));
    fit(one);
    within(room, one.cloneNode(true));
  }
  deck.slides.forEach((one, i) => (one.hidden = i !== deck.at));
  const inside = sheet.attachShadow({ mode: "open" });
  inside.adoptedStyleSheets = deck.root.adoptedStyleSheets || [];
  within(inside, ...[...deck.root.querySelectorAll("style")].map((one) => one.cloneNode(true)), room);
  within(sheet, rules);
  document.body.append(sheet);
  addEventListener("afterprint", () => sheet.remove(), { once: true });
}

function build(parent) {
  const dialog = parent.querySelector("dialog");
  const deck = {
    root: parent, gone: new AbortController(), dialog, at: 0, slides: [], begin: parent.querySelector(".begin"), room: dialog.querySelector(".dias"),
    nav: dialog.querySelector("nav"), number: dialog.querySelector(".nummer"),
    progress: dialog.querySelector(".voortgang div"), black: dialog.querySelector(".zwart"),
  };
  const click = (name, act) => dialog.querySelector("." + name).addEventListener("click", act);
  deck.begin.addEventListener("click", () => { whole(deck, true); open(deck, 0); });
  click("terug", () => turn(deck, deck.at - 1));
  click("verder", () => turn(deck, deck.at + 1));
  click("vol", () => whole(deck, !document.fullscreenElement));
  click("dicht", () => leave(deck));
  dialog.addEventListener("keydown", (event) => key(deck, event));
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(deck); });
  dialog.addEventListener("close", () => deck.begin.focus());
  for (const kind of ["touchstart", "touchend"]) deck.room.addEventListener(kind, (event) => swipe(deck, event), { passive: true });
  deck.room.addEventListener("touchmove", (event) => sideways(deck, event), { passive: false });
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && deck.whole && dialog.open) leave(deck); // Escape ends the whole, as people expect
  }, { signal: deck.gone.signal });
  addEventListener("beforeprint", () => paper(deck), { signal: deck.gone.signal });
  new ResizeObserver(() => { if (dialog.open) fit(deck.slides[deck.at]); }).observe(dialog);
  return deck;
}
