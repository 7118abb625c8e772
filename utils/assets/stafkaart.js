/* The staff's small map: one pin to place or move, dots of several kinds. Needs buurtkaart.js for geometry.
   Text from data reaches the page by textContent only. */
(function () {
  "use strict";
  const now = { spec: null, frame: null, land: null, detail: null, dots: null, pin: null, tiles: null };
  let clicks = 0, turn = 0;

  function tell(at) {
    if (window.Streamlit) window.Streamlit.setComponentValue({ lat: at.lat, lon: at.lng, n: Date.now() + ++clicks });
  }

  function drop(layer) { if (layer) layer.remove(); return null; }

  function outlines(features, style) { return L.geoJSON(features, { interactive: false, style }); }

  function drawLand(map, spec, land, detail) {
    now.land = drop(now.land);
    now.detail = drop(now.detail);
    const fill = { fillColor: spec.theme === "dark" ? "#1d2426" : "#ffffff", fillOpacity: now.tiles ? 0 : 1 };
    now.land = outlines(land.municipality || [], { color: spec.ink.dotOff, weight: 1.2, ...fill }).addTo(map);
    const parts = detail.neighbourhood || [];
    if (parts.length) now.detail = outlines(parts, { color: spec.ink.dotOff, weight: 0.9, dashArray: "3 3", fill: false }).addTo(map);
  }

  function drawDots(map, spec) {
    now.dots = drop(now.dots);
    const made = [];
    for (let i = 0; i < spec.kinds.length; i++) {
      const dot = L.circleMarker([spec.dots[2 * i + 1] / 1e5, spec.dots[2 * i] / 1e5], {
        radius: 5, weight: 1, color: spec.ink.dotLine, fillColor: spec.colours[spec.kinds[i]], fillOpacity: 0.9,
        bubblingMouseEvents: spec.pick,
      });
      dot.naam = spec.names[i];
      made.push(dot);
    }
    if (!made.length) return;
    now.dots = L.featureGroup(made).addTo(map);
    now.dots.bindTooltip((dot) => {
      const box = document.createElement("div");
      box.textContent = dot.naam;
      return box;
    }, { sticky: true, className: "kaart-tip", opacity: 1 });
  }

  function drawPin(map, spec) {
    if (!spec.pin) { now.pin = drop(now.pin); return; }
    const at = [spec.pin[1], spec.pin[0]];
    if (now.pin) { now.pin.setLatLng(at); return; }
    now.pin = L.marker(at, {
      icon: L.divIcon({ className: "staf-speld", iconSize: [26, 26], iconAnchor: [13, 13] }),
      draggable: spec.pick, keyboard: false, alt: spec.texts.pin, title: spec.texts.pin,
    }).addTo(map);
    now.pin.on("dragend", () => tell(now.pin.getLatLng()));
  }

  function frame(map, spec, land) {
    if (now.frame === spec.frame && map._loaded) return;
    now.frame = spec.frame;
    const box = L.latLngBounds([]);
    const area = (land.municipality || []).concat(land.province || []).filter((f) => f.properties.code === spec.area);
    for (const f of area) box.extend(L.geoJSON(f).getBounds());
    if (!box.isValid() && spec.pin) { map.setView([spec.pin[1], spec.pin[0]], 15, { animate: false }); return; }
    if (!box.isValid() && now.dots) box.extend(now.dots.getBounds());
    if (!box.isValid()) for (const f of land.province || []) box.extend(L.geoJSON(f).getBounds());
    if (box.isValid()) map.fitBounds(box, { animate: false, padding: [14, 14], maxZoom: 15 });
  }

  function offerTiles(map, spec) {
    if (now.asked || !spec.tiles) return;
    now.asked = true;
    const probe = new Image();
    probe.onload = () => {
      now.tiles = L.tileLayer(spec.tiles, { minZoom: 6, maxZoom: 19, bounds: [[50.5, 3.0], [53.8, 7.5]], attribution: spec.texts.tiles }).addTo(map);
      if (now.land) now.land.setStyle({ fillOpacity: 0 });
    };
    probe.src = spec.tiles.replace("{z}", "7").replace("{x}", "65").replace("{y}", "42");
  }

  function prepare(map) {
    if (now.map === map) return;
    Object.assign(now, { map, frame: null, land: null, detail: null, dots: null, pin: null, tiles: null, asked: false });
    document.querySelectorAll("meta[name=viewport]").forEach((m) => m.setAttribute("content", "width=device-width, initial-scale=1"));
    map.attributionControl.setPrefix(false);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    map.on("click", (event) => {
      if (!now.spec.pick) return;
      drawPin(map, { ...now.spec, pin: [event.latlng.lng, event.latlng.lat] }); // at once: the page follows
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
      map.getContainer().classList.toggle("kies", spec.pick);
      if (!map._loaded) map.setView([52.2, 5.3], 7, { animate: false });
      drawDots(map, spec);
      frame(map, spec, land);
      drawLand(map, spec, land, detail);
      if (now.dots) now.dots.bringToFront();
      drawPin(map, spec);
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

  window.Stafkaart = { show };
})();
