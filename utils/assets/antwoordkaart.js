/* The resident's small map: numbered circles for groups, the place that distances start from; a click chooses
   another place. Needs buurtkaart.js for geometry. Text from data reaches the page by textContent only. */
(function () {
  "use strict";
  const CLOSE = 12.5; // from this zoom on a click means a place; farther off it comes closer
  const now = { map: null, spec: null, frame: null, layers: null, tiles: null };
  let clicks = 0, turn = 0;

  function tell(at) {
    if (window.Streamlit) window.Streamlit.setComponentValue({ lat: at.lat, lon: at.lng, n: Date.now() + ++clicks });
  }

  function outlines(features, style) { return L.geoJSON(features, { interactive: false, style }); }

  function drawAreas(into, spec, land, detail) {
    const fill = { fillColor: spec.theme === "dark" ? "#1d2426" : "#ffffff", fillOpacity: now.tiles ? 0 : 1 };
    const towns = L.geoJSON(land.municipality || [], { bubblingMouseEvents: true, style: { color: spec.ink.border, weight: 1.2, ...fill } });
    towns.bindTooltip((shape) => label(shape.feature.properties.name), { sticky: true, className: "kaart-tip", opacity: 1 });
    towns.addTo(into).land = true;
    const parts = detail.neighbourhood || [];
    outlines(parts, { color: spec.ink.line, weight: 0.8, dashArray: spec.dashed ? "3 3" : null, fill: false }).addTo(into);
    const own = parts.concat(land.municipality || [], land.province || []).filter((f) => f.properties.code === spec.area);
    const dashed = spec.dashed && own.some((f) => f.properties.level === "neighbourhood");
    outlines(own, { color: spec.ink.border, weight: 2.8, dashArray: dashed ? "6 4" : null, fillColor: spec.colours.group, fillOpacity: 0.1 }).addTo(into);
  }

  function label(text) {
    const box = document.createElement("div");
    box.textContent = text;
    return box;
  }

  function drawGroups(into, spec) {
    spec.groups.forEach(([lat, lon, firm], i) => {
      const look = { color: spec.colours.group, weight: 2, fillColor: spec.colours.group, fillOpacity: firm ? 0.25 : 0, dashArray: firm ? null : "4 4" };
      L.circle([lat, lon], { radius: spec.blur, interactive: false, ...look }).addTo(into);
      const badge = document.createElement("span");
      badge.textContent = i + 1;
      badge.style.cssText = firm ? "background:" + spec.colours.group + ";color:" + spec.colours.paper
        : "background:" + spec.colours.paper + ";color:" + spec.colours.group + ";border-style:dashed";
      L.marker([lat, lon], {
        icon: L.divIcon({ className: "groep-nummer", html: badge, iconSize: [26, 26], iconAnchor: [13, 13] }),
        keyboard: false, zIndexOffset: -i, bubblingMouseEvents: true,
      }).bindTooltip(label(spec.names[i]), { className: "kaart-tip", opacity: 1 }).addTo(into);
    });
  }

  function drawStart(into, spec, at) {
    if (!at) return;
    L.circle(at, { radius: spec.radius, interactive: false, color: spec.colours.pin, weight: 1.6, dashArray: "2 5", fill: false }).addTo(into);
    L.marker(at, {
      icon: L.divIcon({ className: "staf-speld", iconSize: [26, 26], iconAnchor: [13, 13] }),
      keyboard: false, interactive: false, alt: spec.texts.pin, title: spec.texts.pin,
    }).addTo(into);
  }

  function frame(map, spec, land, detail) {
    if (now.frame === spec.frame && map._loaded) return;
    now.frame = spec.frame;
    const box = L.latLngBounds([]);
    const all = [].concat(detail.neighbourhood || [], land.municipality || [], land.province || []);
    if (spec.start) box.extend(spec.start.slice().reverse());
    else for (const f of all.filter((f) => f.properties.code === spec.area)) box.extend(L.geoJSON(f).getBounds());
    if (!box.isValid()) for (const f of land.province || []) box.extend(L.geoJSON(f).getBounds());
    for (const [lat, lon] of spec.groups.slice(0, spec.shown)) box.extend([lat, lon]);
    if (box.isValid()) map.fitBounds(box, { animate: false, padding: [34, 34], maxZoom: 15 });
  }

  function draw(map, spec, land, detail, at) {
    if (now.layers) now.layers.remove();
    now.layers = L.layerGroup().addTo(map);
    drawAreas(now.layers, spec, land, detail);
    drawGroups(now.layers, spec);
    drawStart(now.layers, spec, at);
  }

  function offerTiles(map, spec) {
    if (now.asked || !spec.tiles) return;
    now.asked = true;
    const probe = new Image();
    probe.onload = () => {
      now.tiles = L.tileLayer(spec.tiles, { minZoom: 6, maxZoom: 19, bounds: [[50.5, 3.0], [53.8, 7.5]], attribution: spec.texts.tiles }).addTo(map);
      now.layers.eachLayer((layer) => { if (layer.land) layer.setStyle({ fillOpacity: 0 }); });
    };
    probe.src = spec.tiles.replace("{z}", "7").replace("{x}", "65").replace("{y}", "42");
  }

  function prepare(map) {
    if (now.map === map) return;
    Object.assign(now, { map, frame: null, layers: null, tiles: null, asked: false });
    document.querySelectorAll("meta[name=viewport]").forEach((m) => m.setAttribute("content", "width=device-width, initial-scale=1"));
    map.attributionControl.setPrefix(false);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    map.on("click", (event) => {
      if (map.getZoom() < CLOSE) { map.setView(event.latlng, Math.min(map.getZoom() + 3, 14), { animate: false }); return; }
      drawStart(now.layers, now.spec, event.latlng); // at once: the page follows
      tell(event.latlng);
    });
  }

  function show(map, spec) {
    const mine = ++turn;
    prepare(map);
    Promise.all([Buurtkaart.geometry(spec.land), Buurtkaart.geometry(spec.detail)]).then(([land, detail]) => {
      if (mine !== turn) return;
      now.spec = spec;
      Buurtkaart.dress(map, spec);
      map.getContainer().classList.add("kies");
      frame(map, spec, land, detail);
      draw(map, spec, land, detail, spec.start && [spec.start[1], spec.start[0]]);
      document.body.dataset.frame = spec.frame;
      setTimeout(() => offerTiles(map, spec), 300);
    }).catch((error) => {
      if (mine !== turn) return;
      const box = document.createElement("div");
      box.className = "kaart-fout";
      box.textContent = spec.texts.failed;
      map.getContainer().dataset.error = String(error);
      map.getContainer().appendChild(box);
    });
  }

  window.Antwoordkaart = { show };
})();
