/* Draws one view of the coverage map on a Leaflet map, and tells Streamlit which area was clicked.
   Text from data reaches the page by textContent only. */
(function () {
  "use strict";
  const files = new Map(); // URL → promise of decoded geometry; a file's name changes with its content
  const now = { spec: null, shapes: {}, unit: null, outline: null, context: null, dots: null, names: null, tiles: null };
  let clicks = 0;
  let turn = 0;

  function decodeRing(flat) {
    const ring = [];
    let x = 0, y = 0;
    for (let i = 0; i < flat.length; i += 2) {
      x += flat[i]; y += flat[i + 1];
      ring.push([x / 1e5, y / 1e5]);
    }
    return ring;
  }

  function decode(packed) {
    const levels = {};
    for (const level of Object.keys(packed)) {
      const p = packed[level];
      levels[level] = p.codes.map((code, i) => ({
        type: "Feature",
        properties: { code, level, name: p.names[i], parent: p.parents[i], at: [p.points[i][1] / 1e5, p.points[i][0] / 1e5] },
        geometry: { type: "MultiPolygon", coordinates: p.shapes[i].map((polygon) => polygon.map(decodeRing)) },
      }));
    }
    return levels;
  }

  // The page around this frame may have asked for it already.
  function takenOver(source) {
    const asked = window.parent.buurtdekking || {}, path = new URL(source, location.href).pathname;
    const answer = asked[path];
    delete asked[path];
    return answer && answer.catch(() => fetch(source)).then((a) => (a.ok && !a.bodyUsed ? a : fetch(source)));
  }

  function geometry(source) {
    if (typeof source !== "string") return Promise.resolve(source ? decode(source) : {});
    if (!files.has(source)) {
      const request = (takenOver(source) || fetch(source)).then((answer) => {
        if (!answer.ok) throw new Error("geometry " + answer.status);
        return answer.json();
      }).then(decode);
      request.catch(() => files.delete(source));
      files.set(source, request);
    }
    return files.get(source);
  }

  const patterns = {};
  function hatch(fill, line) {
    const key = fill + line;
    if (patterns[key]) return patterns[key];
    const tile = document.createElement("canvas");
    const size = 8 * (window.devicePixelRatio > 1 ? 2 : 1);
    tile.width = tile.height = size;
    const ink = tile.getContext("2d");
    ink.fillStyle = fill;
    ink.fillRect(0, 0, size, size);
    ink.strokeStyle = line;
    ink.lineWidth = size / 3.6;
    ink.beginPath();
    for (const shift of [-size, 0, size]) { ink.moveTo(shift, size); ink.lineTo(shift + size, 0); }
    ink.stroke();
    const pattern = ink.createPattern(tile, "repeat");
    if (window.devicePixelRatio > 1) pattern.setTransform(new DOMMatrix().scale(0.5));
    return (patterns[key] = pattern);
  }

  function look(spec, i) {
    const swatch = spec.swatches[spec.classes[i]];
    const many = spec.codes.length > 2000; // at that scale borders would hide the colours
    const open = spec.open[i] === 1 && !many;
    // Smaller than the hatch itself, an area would show any part of it: solid then.
    const solid = many && swatch.hatch;
    return {
      fillColor: solid ? swatch.hatch : swatch.hatch ? hatch(swatch.fill, swatch.hatch) : swatch.fill,
      fillOpacity: now.tiles && !swatch.hatch ? 0.82 : 1,
      color: many ? (swatch.hatch || swatch.fill) : open ? spec.ink.signal : spec.ink.line, // no gaps between the small
      weight: open ? 2.4 : many ? 1 : 0.7,
      dashArray: spec.dashed && !open ? "4 3" : null,
    };
  }

  // Two views with the same colours need not be painted anew.
  function colours(spec) {
    return [spec.classes, spec.open, JSON.stringify(spec.swatches), JSON.stringify(spec.ink)].join("|");
  }

  function line(parent, text, className) {
    if (!text) return;
    const element = document.createElement("div");
    element.textContent = text;
    if (className) element.className = className;
    parent.appendChild(element);
  }

  function number(spec, value, digits) {
    return value === null ? spec.texts.unknown
      : value.toLocaleString(spec.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  }

  // The lines of a layer with facts of its own: each where its first fact is known, else what is said then.
  function told(box, spec, i, v) {
    for (const name of Object.keys(spec.facts)) v[name] = number(spec, spec.facts[name][i] ?? null, spec.decimals[name] || 0);
    for (const [fact, text, otherwise] of spec.texts.facts) line(box, i in spec.facts[fact] ? fill(text, v) : otherwise);
  }

  function tip(feature) {
    const spec = now.spec, t = spec.texts, i = now.position.get(feature.properties.code);
    const box = document.createElement("div");
    const title = document.createElement("strong");
    title.textContent = feature.properties.name;
    box.appendChild(title);
    if (i === undefined) { line(box, t.go, "doe"); return box; }
    const v = {
      groups: number(spec, spec.groups[i], 0), rate: number(spec, spec.per_1000[i], 1),
      reach: spec.reach[i] === null ? t.unknown : number(spec, spec.reach[i], 0) + "%",
      inhabitants: number(spec, spec.inhabitants[i], 0),
    };
    if (spec.uncovered) Object.assign(v, { uncovered: number(spec, spec.uncovered[i], 0), inhabited: number(spec, spec.inhabited[i], 0) });
    if (spec.unit === "neighbourhood") line(box, t.status[spec.status[i]]);
    if (t.facts.length) { told(box, spec, i, v); return box; }
    line(box, fill(spec.groups[i] === 1 ? t.group : t.groups, v));
    if (spec.reach[i] !== null) line(box, fill(t.reach, v));
    else if (spec.unit !== "neighbourhood") line(box, t.status[spec.status[i]]);
    if (spec.unit !== "neighbourhood") line(box, fill(t.uncovered, v));
    return box;
  }

  function clicked(code) {
    if (!code || !window.Streamlit) return;
    window.Streamlit.setComponentValue({ code, n: Date.now() + ++clicks });
  }

  // A click goes one level down: to the child of the shown area that was hit.
  function target(feature) {
    const p = feature.properties, spec = now.spec;
    return p.level === (spec.pick || spec.child) ? p.code : p.parent;
  }

  function drop(layer) { if (layer) layer.remove(); return null; }

  function drawAreas(map, spec, shapes) {
    for (const key of ["unit", "outline", "context", "focus", "dots", "sites"]) now[key] = drop(now[key]);
    const inUnit = new Set(spec.codes);
    now.position = new Map(spec.codes.map((code, i) => [code, i]));
    const features = shapes[spec.unit].filter((f) => inUnit.has(f.properties.code));
    const parents = spec.unit === spec.child ? spec.border : spec.children;
    const border = Object.keys(shapes).flatMap((level) => shapes[level]).filter((f) => parents.includes(f.properties.code));
    now.features = features;
    frame(map, spec, border.length ? border : features); // before the shapes are added: each is projected once
    if (spec.context) {
      const inside = new Set(spec.inside);
      now.context = L.geoJSON(shapes.municipality.filter((f) => !inside.has(f.properties.code)), {
        style: { color: spec.ink.contextLine, weight: 0.7, fillColor: spec.ink.context, fillOpacity: now.tiles ? 0.55 : 1 },
        onEachFeature: (f, layer) => layer.on("click", () => clicked(spec.context === "province" ? f.properties.parent : f.properties.code)),
      }).addTo(map);
      now.context.bindTooltip((layer) => tip(layer.feature), { sticky: true, className: "kaart-tip", opacity: 1 });
    }
    now.unit = L.geoJSON(features, {
      style: (f) => look(spec, now.position.get(f.properties.code)),
      onEachFeature: (f, layer) => {
        layer.on("click", () => clicked(target(f)));
        layer.on("mouseover", () => { if (spec.unit === (spec.pick || spec.child)) layer.setStyle({ weight: 3, color: spec.ink.hover }); });
        layer.on("mouseout", () => {
          const i = now.position.get(f.properties.code); // none: this shape belongs to the view just left
          if (i !== undefined && map.hasLayer(layer)) layer.setStyle(look(now.spec, i));
        });
      },
    }).addTo(map);
    now.unit.eachLayer((layer) => { // their outline over that of their neighbours
      if (spec.open[now.position.get(layer.feature.properties.code)]) layer.bringToFront();
    });
    now.unit.bindTooltip((layer) => tip(layer.feature), { sticky: true, className: "kaart-tip", opacity: 1 });
    now.outline = L.geoJSON(border, { interactive: false, style: { fill: false, color: spec.ink.border, weight: 1.8 } }).addTo(map);
  }

  function frame(map, spec, features) {
    if (now.framed === spec.view && map._loaded) return;
    const box = L.latLngBounds([]);
    for (const f of features) for (const polygon of f.geometry.coordinates) for (const [x, y] of polygon[0]) box.extend([y, x]);
    now.framed = spec.view;
    now.near = now.site = null;
    now.box = box;
    now.moved = false;
    fit(map);
  }

  function fit(map) {
    now.fitting = true;
    const credit = map.getSize().x < 500 ? map.attributionControl.getContainer().offsetHeight : 0; // two lines there
    map.fitBounds(now.box, { animate: false, paddingTopLeft: [10, 10], paddingBottomRight: [10, 10 + credit] });
    now.fitting = false;
  }

  function mark(map, spec) {
    now.focus = drop(now.focus);
    const chosen = spec.focus && now.features.filter((f) => f.properties.code === spec.focus);
    if (spec.pick) approach(map, spec, chosen && chosen[0]);
    if (!chosen || !chosen.length) return;
    now.focus = L.layerGroup([[spec.ink.halo, 9], [spec.ink.hover, 4]].map(([color, weight]) =>
      L.geoJSON(chosen, { interactive: false, style: { fill: false, color, weight } }))).addTo(map);
  }

  // The chosen area is brought into view, unless it is there already and large enough to see.
  function approach(map, spec, chosen) {
    const before = now.near;
    now.near = chosen ? spec.focus : null;
    if (now.near === before) return;
    if (!chosen) return now.moved ? undefined : fit(map);
    const box = L.latLngBounds([]);
    for (const polygon of chosen.geometry.coordinates) for (const [x, y] of polygon[0]) box.extend([y, x]);
    const size = map.latLngToContainerPoint(box.getSouthEast()).subtract(map.latLngToContainerPoint(box.getNorthWest()));
    if (map.getBounds().contains(box) && Math.max(size.x, size.y) > 40) return;
    now.fitting = true;
    map.fitBounds(box.pad(2), { animate: false, maxZoom: 14 });
    now.fitting = false;
  }

  let dotKind = null;
  // Never smaller than the eye can find; the true size, about 100 metres, once zoomed in.
  function Dot() {
    dotKind = dotKind || L.Circle.extend({
      _project: function () {
        L.Circle.prototype._project.call(this);
        this._radius = Math.max(this._radius, 4);
        this._radiusY = Math.max(this._radiusY, 4);
        this._updateBounds();
      },
    });
    return dotKind;
  }

  function drawDots(map, spec) {
    now.dots = drop(now.dots);
    if (!spec.dots || !spec.dots.length) return;
    now.dots = L.layerGroup(spec.dots.map(([lat, lon, active, name, note]) => {
      const dot = new (Dot())([lat, lon], {
        radius: 100, weight: 1.5, color: spec.ink.dotLine, fillColor: active ? spec.ink.dot : spec.ink.dotOff,
        fillOpacity: active ? 0.85 : 0.4,
      });
      const box = document.createElement("div"), title = document.createElement("strong");
      title.textContent = name;
      box.appendChild(title);
      line(box, note);
      line(box, spec.texts.around, "doe");
      dot.on("click", (event) => now.unit.eachLayer((area) => {
        if (area._containsPoint(event.layerPoint)) clicked(target(area.feature)); // the area below the dot
      }));
      return dot.bindTooltip(box, { sticky: true, className: "kaart-tip", opacity: 1 });
    })).addTo(map);
  }

  // Proposed places: a number and the circle that it reaches; a click on a number tells which.
  function drawSites(map, spec) {
    now.sites = drop(now.sites);
    if (!spec.sites) return;
    const { places, radius, ground, ink, halo, at } = spec.sites, small = places.length > 30;
    now.sites = L.layerGroup();
    if (!map.getPane("sites")) map.createPane("sites").style.zIndex = 640; // over the names
    places.forEach(([lat, lon, name, note], i) => {
      const here = at === i + 1, side = here ? 32 : small ? 22 : 26;
      L.circle([lat, lon], {
        radius, interactive: false, color: ground, weight: here ? 3 : 1.5, fillColor: ground, fillOpacity: 0.18,
      }).addTo(now.sites);
      const badge = document.createElement("span");
      badge.textContent = i + 1;
      badge.style.cssText = "background:" + ground + ";color:" + ink + ";border-color:" + halo
        + ";width:" + side + "px;height:" + side + "px;line-height:" + (side - 4) + "px;font-size:" + (small && !here ? 11 : 14) + "px";
      const box = document.createElement("div"), title = document.createElement("strong");
      title.textContent = (i + 1) + ". " + name;
      box.appendChild(title);
      line(box, note);
      L.marker([lat, lon], {
        icon: L.divIcon({ className: "plek-nummer", html: badge, iconSize: [side, side], iconAnchor: [side / 2, side / 2] }),
        pane: "sites", keyboard: false, zIndexOffset: here ? 1000 : -i,
      }).bindTooltip(box, { className: "kaart-tip", opacity: 1 }).on("click", () => clicked(String(i + 1))).addTo(now.sites);
    });
    now.sites.addTo(map);
    visit(map, spec.sites);
  }

  // The place that is looked at is brought into view, once; without one the whole area is.
  function visit(map, sites) {
    const before = now.site;
    now.site = sites.at;
    if (now.site === before) return;
    if (!now.site) return now.moved ? undefined : fit(map);
    const [lat, lon] = sites.places[now.site - 1];
    now.fitting = true;
    map.fitBounds(L.latLng(lat, lon).toBounds(4 * sites.radius), { animate: false, maxZoom: 15 });
    now.fitting = false;
  }

  const ruler = document.createElement("canvas").getContext("2d");
  function drawNames(map) {
    const spec = now.spec;
    if (!spec || !map._loaded) return;
    if (!now.names) {
      now.names = document.createElement("div");
      now.names.className = "kaart-naam";
      now.names.setAttribute("aria-hidden", "true");
      map.createPane("names").style.zIndex = 620;
      map.getPane("names").style.pointerEvents = "none";
      map.getPane("names").appendChild(now.names);
    }
    const wide = spec.level === "country";
    now.names.classList.toggle("ruim", wide);
    ruler.font = "600 " + (wide ? 14 : 13) + "px Arial, sans-serif";
    const named = Object.values(now.shapes).flat().filter((f) => spec.children.includes(f.properties.code));
    const view = map.getSize(), taken = [], spans = [];
    const sized = named.map((f) => {
      let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
      for (const p of f.geometry.coordinates) for (const [x, y] of p[0]) { w = Math.min(w, x); e = Math.max(e, x); s = Math.min(s, y); n = Math.max(n, y); }
      return [f, map.latLngToContainerPoint([n, w]), map.latLngToContainerPoint([s, e])];
    }).sort((a, b) => (b[2].x - b[1].x) * (b[2].y - b[1].y) - (a[2].x - a[1].x) * (a[2].y - a[1].y));
    for (const [f, nw, se] of sized) {
      const at = map.latLngToContainerPoint(f.properties.at);
      const w = ruler.measureText(f.properties.name).width + 8, h = 18;
      if (w > (se.x - nw.x) * (wide ? 1.5 : 1.05) || h > se.y - nw.y) continue;
      const r = [at.x - w / 2, at.y - h / 2, at.x + w / 2, at.y + h / 2];
      if (r[0] < 2 || r[1] < 2 || r[2] > view.x - 2 || r[3] > view.y - 2) continue;
      if (taken.some((o) => r[0] < o[2] && r[2] > o[0] && r[1] < o[3] && r[3] > o[1])) continue;
      taken.push(r);
      const span = document.createElement("span"), p = map.containerPointToLayerPoint(at);
      span.textContent = f.properties.name;
      span.style.left = p.x + "px";
      span.style.top = p.y + "px";
      spans.push(span);
    }
    now.names.replaceChildren(...spans);
  }

  // The base map is a comfort: only when one tile can be had is the layer added, after the first view is drawn.
  function offerTiles(map, spec) {
    if (now.asked || !spec.tiles) return;
    now.asked = true;
    const probe = new Image();
    probe.onload = () => {
      now.tiles = L.tileLayer(spec.tiles, {
        minZoom: 6, maxZoom: 19, bounds: [[50.5, 3.0], [53.8, 7.5]], attribution: spec.texts.tiles,
      }).addTo(map);
      if (now.unit) now.unit.setStyle((f) => look(now.spec, now.position.get(f.properties.code)));
      if (now.context) now.context.setStyle({ fillOpacity: 0.55 });
    };
    probe.src = spec.tiles.replace("{z}", "7").replace("{x}", "65").replace("{y}", "42");
  }

  function prepare(map, spec) {
    if (now.map) return;
    now.map = map;
    document.querySelectorAll("meta[name=viewport]").forEach((m) => m.setAttribute("content", "width=device-width, initial-scale=1"));
    map.attributionControl.setPrefix(false);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    map.on("zoomend moveend resize", () => drawNames(map));
    map.on("resize", () => { if (now.box && !now.moved && !now.near && !now.site) fit(map); });
    map.on("dragstart zoomstart", () => { if (!now.fitting) now.moved = true; });
  }

  // Also for the other maps: what a reader hears and sees around the map itself.
  function dress(map, spec) {
    const node = map.getContainer();
    document.documentElement.lang = spec.lang;
    document.title = spec.texts.label;
    document.body.classList.toggle("donker", spec.theme === "dark");
    node.setAttribute("role", "region");
    node.setAttribute("aria-label", spec.texts.label);
    const zoom = map.zoomControl;
    if (zoom) for (const [button, text] of [[zoom._zoomInButton, spec.texts.zoomIn], [zoom._zoomOutButton, spec.texts.zoomOut]]) {
      button.title = text;
      button.setAttribute("aria-label", text);
    }
    if (spec.texts.credit && now.credit !== spec.texts.credit) {
      if (now.credit) map.attributionControl.removeAttribution(now.credit);
      map.attributionControl.addAttribution((now.credit = spec.texts.credit));
    }
  }

  function show(map, spec) {
    const mine = ++turn;
    prepare(map, spec);
    Promise.all([geometry(spec.land), geometry(spec.detail)]).then(([land, detail]) => {
      if (mine !== turn) return; // a newer view was asked for while this one loaded
      // Codes left out are those of all outlines of the view, in their order.
      spec.codes = spec.codes || Object.assign({}, land, detail)[spec.unit].map((f) => f.properties.code);
      const same = now.spec && now.spec.drawn === spec.drawn;
      now.spec = spec;
      dress(map, spec);
      if (same) {
        now.position = new Map(spec.codes.map((code, i) => [code, i]));
        if (colours(spec) !== now.colours) now.unit.setStyle((f) => look(spec, now.position.get(f.properties.code)));
      } else {
        now.shapes = Object.assign({}, land, detail);
        drawAreas(map, spec, now.shapes);
      }
      now.colours = colours(spec);
      mark(map, spec);
      drawDots(map, spec);
      drawSites(map, spec);
      drawNames(map);
      document.body.dataset.view = spec.drawn;
      tellDrawn();
      setTimeout(() => offerTiles(map, spec), 300);
    }).catch((error) => {
      if (mine !== turn) return;
      map.getContainer().dataset.error = String(error);
      tellDrawn();
      line(map.getContainer(), spec.texts.failed, "kaart-fout");
    });
  }

  // Once: the page holds back its heavier parts until the map is on the screen.
  function tellDrawn() {
    if (now.told) return;
    now.told = true;
    const tell = () => window.Streamlit && window.Streamlit.setComponentValue({ drawn: true, n: Date.now() });
    requestAnimationFrame(() => setTimeout(tell, 0));
  }

  window.Buurtkaart = { show, geometry, dress };
  // This comes before Leaflet in one file, so that the outlines are on their way while Leaflet starts.
  const land = new URL(document.currentScript.src).searchParams.get("land");
  if (land) geometry(land);
})();
