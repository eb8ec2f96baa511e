"use strict";
// window.BOOK (see editions/page.py) -> the page at work. Whatever the book says is put in as text, never as HTML.
// No modules and no fetch: browsers allow neither to a page that is opened from disk.
(() => {
  const book = window.BOOK;
  const $ = (selector) => document.querySelector(selector);
  const root = document.documentElement;
  const audio = $("#audio"), text = $("#text"), seek = $("#seek"), whole = $("#whole");
  const SKIP = 15, SPEEDS = [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.75, 2, 2.5, 3];

  function make(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  if (!book) {
    document.body.append(make("p", { className: "bare", role: "alert",
      textContent: "The file book.js is missing beside this page. Keep the whole folder together." }));
    return;
  }

  // ---------------------------------------------------------------- what is remembered

  const memory = {};
  function recall(key, fallback) {  // some browsers give a page from disk no storage: then it lasts as long as the page
    try { return { ...fallback, ...JSON.parse(localStorage.getItem(key)) }; } catch { return { ...fallback, ...memory[key] }; }
  }
  function remember(key, value) {
    memory[key] = value;
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* see recall */ }
  }
  const PLACE = `audiobook place ${book.id}`, LOOKS = "audiobook looks";
  const looks = recall(LOOKS, { theme: "auto", size: 100, names: true, tints: true, speed: 1 });
  const place = recall(PLACE, { chapter: book.chapters[0].number, ms: 0 });

  // ---------------------------------------------------------------- times and speakers

  const people = book.people, chapters = book.chapters;
  const NARRATOR = 0;
  let before = 0;
  for (const chapter of chapters) {
    chapter.phrases = chapter.blocks.flatMap((block) => block.slice(1));
    chapter.heard = chapter.phrases.filter((phrase) => phrase[1] >= 0);
    chapter.from = before;  // milliseconds of the book
    before += chapter.length;
    chapter.runs = [];  // [speaker, start, end], one speaker's sentences as one
    for (const [speaker, start, end] of chapter.heard) {
      const last = chapter.runs[chapter.runs.length - 1];
      if (last && last[0] === speaker && start - last[2] < 1500) last[2] = end;
      else chapter.runs.push([speaker, start, end]);
    }
  }
  const total = before;
  const spoken = people.map(() => 0);
  for (const { heard } of chapters) for (const [speaker, start, end] of heard) spoken[speaker] += end - start;

  function clock(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000)), two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return (hours ? `${hours}:${two(minutes)}` : `${minutes}`) + `:${two(seconds % 60)}`;
  }
  function inWords(ms) {
    const minutes = Math.round(ms / 60000), hours = Math.floor(minutes / 60);
    return minutes < 1 ? "under a minute" : [hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(" ");
  }
  /** The last of sorted `items` whose time, `items[n][at]`, is not after `ms`; the first where all are. */
  function lastBefore(items, at, ms) {
    let low = 0, high = items.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (items[middle][at] <= ms) low = middle; else high = middle - 1;
    }
    return low;
  }

  // ---------------------------------------------------------------- looks

  const dusk = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => (looks.theme === "auto" ? (dusk.matches ? "dark" : "light") : looks.theme);
  const tint = (speaker) => `var(--p${speaker})`;
  const sheet = (name) => people.map((person, n) => `--p${n}:${n ? person[name] : "var(--narrator)"}`).join(";");
  document.head.append(make("style", { textContent:
    `:root{${sheet("light")}}[data-theme="dark"]{${sheet("dark")}}` }));

  function dress() {
    root.dataset.theme = theme();
    $("[name=theme-color]").content = getComputedStyle(root).getPropertyValue("--paper");
    root.style.setProperty("--size", looks.size / 100);
    text.classList.toggle("names", looks.names);
    text.classList.toggle("tints", looks.tints);
    for (const radio of document.querySelectorAll("[name=theme]")) radio.checked = radio.value === looks.theme;
    $("#size").value = looks.size;
    $("#names").checked = looks.names;
    $("#tints").checked = looks.tints;
    $("#speed").value = String(looks.speed);
    paintAll();
  }
  function look(change) {
    Object.assign(looks, change);
    remember(LOOKS, looks);
    dress();
  }
  dusk.addEventListener("change", dress);

  // ---------------------------------------------------------------- the picture of who speaks when

  const pictures = new Map();  // canvas -> [runs, length, which speaker alone or null]
  function paint(canvas) {
    const [runs, length, only] = pictures.get(canvas), box = canvas.getBoundingClientRect();
    if (!box.width || !length) return;
    const ratio = devicePixelRatio || 1, width = canvas.width = Math.round(box.width * ratio);
    const height = canvas.height = Math.round(box.height * ratio), pen = canvas.getContext("2d");
    const narrator = getComputedStyle(root).getPropertyValue("--narrator"), mode = root.dataset.theme;
    const bar = (run, least) => {
      const left = run[1] / length * width, right = run[2] / length * width;
      pen.fillRect(left, 0, Math.max(least, right - left), height);
    };
    // the narrator first, so that a short word of somebody's is not painted over
    for (const narrating of [true, false]) {
      for (const run of runs) {
        if ((run[0] === NARRATOR) !== narrating || (only !== null && run[0] !== only)) continue;
        pen.fillStyle = narrating ? narrator : people[run[0]][mode];
        bar(run, narrating ? 0.5 : ratio);
      }
    }
  }
  function paintAll() { for (const canvas of pictures.keys()) if (canvas.isConnected) paint(canvas); }
  addEventListener("resize", paintAll);

  // ---------------------------------------------------------------- the side: book, chapters, who is heard here

  function titlePage(home) {
    const put = (name, words) => { home.querySelector(name).textContent = words; };
    put(".title", book.title);
    put(".subtitle", [book.subtitle, book.series && [book.series, book.part].filter(Boolean).join(", ")].filter(Boolean).join(" · "));
    put(".author", book.author);
    put(".reader", book.readBy && `Read by ${book.readBy}`);
    if (book.cover) Object.assign(home.querySelector(".cover"), { src: book.cover, alt: `Cover of ${book.title}` });
    for (const each of home.querySelectorAll("p")) each.dir = "auto";
  }
  titlePage($(".book"));
  document.title = book.author ? `${book.title} – ${book.author}` : book.title;
  text.lang = book.language;
  text.dir = /^(ar|arc|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)\b/i.test(book.language) ? "rtl" : "ltr";
  $("#side .book").lang = $("#chapters").lang = book.language;

  chapters.forEach((chapter, index) => {
    const canvas = make("canvas", { ariaHidden: "true" });
    const button = make("button", { type: "button" },
      make("span", { textContent: chapter.title, dir: "auto" }),
      make("time", { textContent: chapter.length ? clock(chapter.length) : "" }), canvas);
    button.addEventListener("click", () => { go(index, 0, !audio.paused); openSide(false); });
    pictures.set(canvas, [chapter.runs, chapter.length, null]);
    $("#chapters").append(make("li", {}, button));
  });

  function named(speaker) {
    const dot = make("span", { className: "dot" });
    dot.style.setProperty("--c", tint(speaker));
    return [dot, make("span", { textContent: people[speaker].name, dir: "auto" })];
  }
  function voiceButton(speaker, className) {
    const button = make("button", { type: "button", className, title: "Go to the next words" }, ...named(speaker));
    button.addEventListener("click", () => nextOf(speaker));
    return button;
  }
  function nextOf(speaker) {  // after this place, else from the front
    const order = [...chapters.keys()], start = here;
    const found = (index, after) => chapters[index].runs.find((run) => run[0] === speaker && run[1] > after);
    let run = found(start, now());
    if (run) return go(start, run[1]);
    for (const index of [...order.slice(start + 1), ...order.slice(0, start + 1)]) {
      if ((run = found(index, -1))) return go(index, run[1]);
    }
  }

  function openSide(open) {
    document.body.classList.toggle("side", open);
    $("#side-open").setAttribute("aria-expanded", open);
    if (open) {
      paintAll();
      ($("#chapters [aria-current]") || $("#chapters button")).focus();
    }
  }
  $("#side-open").addEventListener("click", () => openSide(true));
  $("#side-close").addEventListener("click", () => { openSide(false); $("#side-open").focus(); });
  $("#shade").addEventListener("click", () => openSide(false));

  // ---------------------------------------------------------------- the text of one chapter

  let here = -1;      // the chapter that is shown and heard
  let spans = [];     // its sentences that are heard, as elements
  let lit = -1;       // which of them is lit

  function show(index) {
    here = index;
    lit = -1;
    spans = [];
    const chapter = chapters[index], page = document.createDocumentFragment();
    if (index === 0) {
      const home = $(".book").cloneNode(true);
      home.className = "book title-page";
      page.append(home);
    }
    if (!chapter.blocks.some((block) => block[0] === "h")) page.append(make("h1", { textContent: chapter.title, dir: "auto" }));
    let last = "";
    for (const [kind, ...phrases] of chapter.blocks) {
      const block = make(kind === "h" ? "h1" : "p", { className: [["p", "block"], ["s", "scene"], ["q", "quoted"]].filter(([letter]) => kind.includes(letter)).map(([, name]) => name).join(" "), dir: "auto" });
      if (kind !== "h") {
        const who = [...new Set(phrases.map((phrase) => phrase[0]))].filter((speaker) => speaker !== NARRATOR);
        const key = who.join();
        if (key && key !== last) block.append(beside(who));
        last = key;
      }
      for (const phrase of phrases) block.append(sentence(phrase), phrase[3] === 2 ? gap() : phrase[3] ? " " : "");
      page.append(block);
    }
    text.replaceChildren(page);
    text.setAttribute("aria-label", chapter.title);
    pictures.set($("#player canvas"), [chapter.runs, chapter.length, null]);
    paint($("#player canvas"));
    seek.max = Math.max(1, chapter.length);
    $("#length").textContent = clock(chapter.length);
    $("#running").textContent = chapter.title;
    $("#before").disabled = false;
    $("#after").disabled = index === chapters.length - 1;
    [...$("#chapters").querySelectorAll("button")].forEach((button, n) => {
      if (n === index) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
    });
    const current = $("#chapters [aria-current]"), side = $("#side");
    if (current.offsetTop < side.scrollTop || current.offsetTop + current.offsetHeight > side.scrollTop + side.clientHeight) {
      side.scrollTop = current.offsetTop - side.clientHeight / 2;
    }
    const present = [...new Set(chapter.runs.map((run) => run[0]))].sort((a, b) => a - b);
    $("#legend").replaceChildren(...present.map((speaker) => make("li", {}, voiceButton(speaker, ""))));
    tell();
  }
  function beside(who) {
    const label = make("span", { className: "name-beside", dir: text.dir });  // so that dir=auto around it passes it by
    who.forEach((speaker, n) => {
      const name = make("span", { textContent: people[speaker].name + (n < who.length - 1 ? "," : ""), dir: "auto" });
      name.style.color = tint(speaker);
      label.append(name);
    });
    return label;
  }
  function sentence([speaker, start, , , words]) {
    const span = make("span", { className: start < 0 ? "s mute" : "s" });
    if (speaker !== NARRATOR) span.style.setProperty("--c", tint(speaker));
    if (typeof words === "string") words.split("\n").forEach((part, n) => span.append(...(n ? [gap()] : []), part));
    else words.forEach((run, n) => span.append(n % 2 ? make("em", { textContent: run }) : run));
    if (start >= 0) {
      span.dataset.n = spans.length;
      spans.push(span);
    }
    return span;
  }
  const gap = () => make("span", { className: "gap" });
  text.addEventListener("click", (event) => {
    const span = event.target.closest(".s[data-n]");
    if (!span || !getSelection().isCollapsed) return;
    follow(true);
    go(here, chapters[here].heard[span.dataset.n][1], true);
  });

  // ---------------------------------------------------------------- following the voice

  let following = true, ownScroll = 0;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  function follow(on) {
    following = on;
    $("#back").hidden = on;
    if (on) reveal();
  }
  function reveal() {
    const span = spans[lit];
    if (!span) return;
    const box = span.getBoundingClientRect(), bottom = innerHeight - $("#player").offsetHeight;
    if (box.top > 88 && box.bottom < bottom - 0.22 * bottom) return;
    const first = lit === 0;  // with the heading, what is above it
    ownScroll = performance.now();
    scrollBy({ top: first ? -scrollY : box.top - 0.33 * bottom, behavior: calm.matches || Math.abs(box.top) > 2 * innerHeight ? "auto" : "smooth" });
  }
  for (const sign of ["wheel", "touchmove"]) {
    addEventListener(sign, (event) => { if (!event.target.closest || event.target.closest("main")) wander(); }, { passive: true });
  }
  function wander() {  // a reader who scrolls is left alone until they ask
    if (audio.paused || !following) return;
    following = false;
    $("#back").hidden = false;
  }
  $("#back").addEventListener("click", () => follow(true));
  addEventListener("scroll", () => {
    document.body.classList.toggle("scrolled", scrollY > 140);
    // the scrollbar and the page keys, which give no sign of their own
    if (performance.now() - ownScroll > 1200 && following && !audio.paused && spans[lit]) {
      const box = spans[lit].getBoundingClientRect();
      if (box.bottom < 0 || box.top > innerHeight) wander();
    }
  }, { passive: true });

  let dragging = false;
  function update() {
    const chapter = chapters[here], ms = now();
    if (!dragging) seek.value = ms;
    $("#at").textContent = clock(dragging ? seek.value : ms);
    const run = chapter.runs[lastBefore(chapter.runs, 1, ms)], who = run ? run[0] : NARRATOR;
    if ($("#who").dataset.n !== String(who)) {
      $("#who").dataset.n = who;
      $("#who").replaceChildren(...named(who));
      $("#who").lastChild.className = "name";
    }
    if (audio.paused || dragging || document.activeElement !== seek) seek.setAttribute("aria-valuetext", `${clock(ms)} of ${clock(chapter.length)}, ${people[who].name}`);
    if ($("#voices").open) showWhole();
    const n = chapter.heard.length ? lastBefore(chapter.heard, 1, ms) : -1;
    if (n !== lit) {
      if (spans[lit]) { spans[lit].classList.remove("on"); spans[lit].removeAttribute("aria-current"); }
      lit = n;
      if (spans[lit]) { spans[lit].classList.add("on"); spans[lit].setAttribute("aria-current", "true"); }
      if (following) reveal();
    }
    $("#left").textContent = `${inWords((total - chapter.from - ms) / looks.speed)} left`;
  }

  // ---------------------------------------------------------------- playing

  let wanted = null;  // where to go once the sound is there, in milliseconds
  const now = () => (wanted !== null ? wanted : Math.round(audio.currentTime * 1000));

  function go(index, ms, play = !audio.paused) {
    const chapter = chapters[index];
    if (!chapter) return;
    const turned = index !== here;
    if (turned) {
      show(index);
      scrollTo(0, 0);
      following = true;
      $("#back").hidden = true;
      audio.pause();
      trouble("");
      if (chapter.sound) audio.src = chapter.sound; else { audio.removeAttribute("src"); audio.load(); }
    }
    const least = chapter.heard.length ? Math.min(1, chapter.length) : 0;
    ms = Math.max(0, Math.min(ms, Math.max(0, chapter.length - least)));
    if (!chapter.sound) wanted = ms;
    else if (audio.readyState > 0 && !turned) { wanted = null; audio.currentTime = ms / 1000; }
    else wanted = ms;
    keep(ms);
    update();
    if (play) start();
  }
  audio.addEventListener("loadedmetadata", () => {
    const ms = wanted;
    wanted = null;
    if (ms) audio.currentTime = ms / 1000;
    audio.playbackRate = looks.speed;
    update();
  });
  function start() {
    if (!chapters[here].sound) {  // a chapter in which nothing is said
      const next = chapters.findIndex((chapter, n) => n > here && chapter.sound);
      if (next > 0) go(next, 0, true);
      return;
    }
    audio.playbackRate = looks.speed;
    const started = audio.play();
    if (started) started.catch((error) => {
      if (error.name === "NotSupportedError") trouble("This browser cannot play the chapter’s sound.");
    });
  }
  function toggle() {
    if (audio.paused) { follow(true); start(); } else audio.pause();
  }
  function skip(seconds) {
    const ms = now() + 1000 * seconds;
    if (ms < 0 && here > 0) go(here - 1, chapters[here - 1].length + ms);
    else if (ms >= chapters[here].length && here < chapters.length - 1) go(here + 1, ms - chapters[here].length);
    else go(here, ms);
  }
  function sentenceBy(step) {
    const heard = chapters[here].heard, n = lit + step;
    follow(true);
    if (n >= 0 && n < heard.length) go(here, heard[n][1]);
    else if (n < 0 && here > 0) go(here - 1, (chapters[here - 1].heard.slice(-1)[0] || [0, 0])[1]);
    else if (n >= heard.length && here < chapters.length - 1) go(here + 1, 0);
  }
  const chapterBy = (step) => (step < 0 && (now() > 4000 || here === 0) ? go(here, 0) : go(here + step, 0));
  function speedBy(step) {
    const n = SPEEDS.findIndex((speed) => speed >= looks.speed) + step;
    if (SPEEDS[n]) setSpeed(SPEEDS[n]);
  }
  function setSpeed(speed) {
    audio.playbackRate = speed;
    look({ speed });
    update();
    tellPosition();
  }
  function trouble(words) {
    $("#trouble").textContent = words;
    $("#trouble").hidden = !words;
  }

  audio.addEventListener("timeupdate", update);
  audio.addEventListener("seeked", update);
  audio.addEventListener("ended", () => {
    if (asleep("chapter")) return;
    if (here < chapters.length - 1) go(here + 1, 0, true);
  });
  audio.addEventListener("error", () => {
    if (audio.getAttribute("src")) trouble(`The sound of this chapter, ${audio.getAttribute("src")}, is missing or broken. Keep the whole folder together.`);
  });
  for (const sign of ["play", "pause"]) {
    audio.addEventListener(sign, () => {
      const playing = !audio.paused;
      $("#play use").setAttribute("href", playing ? "#i-pause" : "#i-play");
      $("#play").setAttribute("aria-label", playing ? "Pause" : "Play");
      if (navigator.mediaSession) navigator.mediaSession.playbackState = playing ? "playing" : "paused";
      keep(now());
      if (playing) tick();
    });
  }
  function tick() {  // finer than timeupdate, for as long as somebody looks
    if (audio.paused) return;
    update();
    requestAnimationFrame(tick);
  }

  let kept = 0;
  function keep(ms) {
    kept = performance.now();
    remember(PLACE, { chapter: chapters[here].number, ms: Math.round(ms) });
  }
  audio.addEventListener("timeupdate", () => { if (wanted === null && performance.now() - kept > 2000) keep(now()); });
  addEventListener("pagehide", () => keep(now()));
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(now()); });

  // ---------------------------------------------------------------- sleep

  let wake = 0;
  function asleep(reason) {
    if ($("#sleep").value !== reason) return false;
    audio.pause();
    $("#sleep").value = "0";
    return true;
  }
  $("#sleep").addEventListener("change", (event) => {
    clearTimeout(wake);
    const { value } = event.target;
    if (Number(value)) wake = setTimeout(() => asleep(value), Number(value) * 60000);
  });

  // ---------------------------------------------------------------- the system's own media keys

  const session = navigator.mediaSession;
  function tell() {
    if (!session || !window.MediaMetadata) return;
    const artwork = book.cover && location.protocol.startsWith("http") ? [{ src: book.cover, type: "image/jpeg" }] : [];
    session.metadata = new MediaMetadata({ title: chapters[here].title, artist: book.author || book.readBy, album: book.title, artwork });
  }
  function tellPosition() {
    if (!session || !session.setPositionState || !(audio.duration > 0) || !Number.isFinite(audio.duration)) return;
    session.setPositionState({ duration: audio.duration, playbackRate: audio.playbackRate, position: Math.min(audio.currentTime, audio.duration) });
  }
  if (session) {
    const acts = { play: start, pause: () => audio.pause(), seekbackward: () => skip(-SKIP), seekforward: () => skip(SKIP),
      previoustrack: () => chapterBy(-1), nexttrack: () => chapterBy(1), seekto: (to) => go(here, 1000 * to.seekTime) };
    for (const [name, act] of Object.entries(acts)) {
      try { session.setActionHandler(name, act); } catch { /* this browser knows no such key */ }
    }
    for (const sign of ["loadedmetadata", "seeked", "play"]) audio.addEventListener(sign, tellPosition);
  }

  // ---------------------------------------------------------------- who speaks when, over the whole book

  function openVoices() {
    $("#voices").showModal();
    const lanes = $("#lanes");
    if (lanes.childElementCount === 1) {
      const scale = make("div", { className: "scale", ariaHidden: "true" });
      chapters.forEach((chapter) => {
        const tick = make("span", { textContent: chapter.length / total > 0.02 ? chapter.number : "" });
        tick.style.left = `${100 * chapter.from / total}%`;
        tick.style.width = `${100 * chapter.length / total}%`;
        scale.append(tick);
      });
      lanes.prepend(scale);
      let row = 0;
      const inRow = (...items) => {  // a row of their own; on a narrow screen the style makes two of it
        for (const item of items) item.style.setProperty("--n", row);
        row += 1;
      };
      inRow(scale);
      const runs = chapters.flatMap((chapter) => chapter.runs.map(([who, start, end]) => [who, chapter.from + start, chapter.from + end]));
      people.forEach((person, speaker) => {
        if (!spoken[speaker]) return;
        const canvas = make("canvas", { ariaHidden: "true" });
        pictures.set(canvas, [runs.filter((run) => run[0] === speaker), total, speaker]);
        canvas.addEventListener("click", (event) => goWhole(event.offsetX / canvas.clientWidth * total));
        const button = voiceButton(speaker, "who");
        button.setAttribute("aria-label", `${person.name}, ${inWords(spoken[speaker])}: go to the next words`);
        const length = make("time", { textContent: clock(spoken[speaker]) });
        lanes.lastElementChild.before(button, length, canvas);
        inRow(button, length, canvas);
      });
      inRow(lanes.lastElementChild);
    }
    whole.max = Math.max(1, total);
    paintAll();
    showWhole();
  }
  function showWhole() {
    const ms = chapters[here].from + now();
    if (document.activeElement !== whole || !whole.matches(":active")) whole.value = ms;
    whole.setAttribute("aria-valuetext", `${clock(ms)} of ${clock(total)}, ${chapters[here].title}`);
  }
  function goWhole(ms) {
    const index = Math.max(0, chapters.filter((chapter) => chapter.from <= ms && chapter.length).length - 1);
    const sounding = chapters.map((chapter, n) => n).filter((n) => chapters[n].length)[index] || 0;
    const chapter = chapters[sounding], at = ms - chapter.from;
    const nearest = chapter.heard.length ? chapter.heard[lastBefore(chapter.heard, 1, at)][1] : at;
    follow(true);
    go(sounding, nearest);
  }
  whole.addEventListener("change", () => goWhole(Number(whole.value)));

  // ---------------------------------------------------------------- buttons and keys

  $("#play").addEventListener("click", toggle);
  $("#back-15").addEventListener("click", () => skip(-SKIP));
  $("#on-15").addEventListener("click", () => skip(SKIP));
  $("#before").addEventListener("click", () => chapterBy(-1));
  $("#after").addEventListener("click", () => chapterBy(1));
  $("#speed").append(...SPEEDS.map((speed) => make("option", { value: String(speed), textContent: `${speed} ×` })));
  $("#speed").addEventListener("change", (event) => setSpeed(Number(event.target.value)));

  function arrows(slider, move) {  // a slider's own steps are milliseconds
    slider.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      move(step);
    });
  }
  arrows(seek, (step) => skip(step * SKIP));
  arrows(whole, (step) => goWhole(Math.max(0, Math.min(total - 1, Number(whole.value) + step * 60000))));

  const tip = $(".strip .tip");
  seek.addEventListener("input", () => { dragging = true; update(); });
  seek.addEventListener("change", () => { dragging = false; follow(true); go(here, Number(seek.value)); });
  $(".strip").addEventListener("pointermove", (event) => {
    const box = seek.getBoundingClientRect(), part = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    const ms = part * chapters[here].length, run = chapters[here].runs[lastBefore(chapters[here].runs, 1, ms)];
    tip.textContent = run ? `${clock(ms)} · ${people[run[0]].name}` : clock(ms);
    tip.hidden = false;
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.max(half, Math.min(box.width - half, part * box.width))}px`;
  });
  for (const sign of ["pointerleave", "pointercancel", "pointerup"]) $(".strip").addEventListener(sign, () => { tip.hidden = true; });

  for (const radio of document.querySelectorAll("[name=theme]")) radio.addEventListener("change", () => look({ theme: radio.value }));
  $("#size").addEventListener("input", (event) => look({ size: Number(event.target.value) }));
  $("#names").addEventListener("change", (event) => look({ names: event.target.checked }));
  $("#tints").addEventListener("change", (event) => look({ tints: event.target.checked }));
  $("#voices-open").addEventListener("click", openVoices);
  $("#looks-open").addEventListener("click", () => $("#looks").showModal());
  $("#help-open").addEventListener("click", () => $("#help").showModal());
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });  // beside it
  }

  const KEYS = {
    " ": toggle, ArrowLeft: () => skip(-SKIP), ArrowRight: () => skip(SKIP),
    j: () => sentenceBy(1), k: () => sentenceBy(-1), n: () => chapterBy(1), p: () => chapterBy(-1),
    "+": () => speedBy(1), "=": () => speedBy(1), "-": () => speedBy(-1), "−": () => speedBy(-1),
    f: () => follow(true), t: () => look({ theme: theme() === "dark" ? "light" : "dark" }),
    c: () => (matchMedia("(max-width: 56rem)").matches ? openSide(true) : ($("#chapters [aria-current]") || text).focus()),
    v: openVoices, a: () => $("#looks").showModal(), "?": () => $("#help").showModal(),
    Escape: () => openSide(false),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const on = event.target, key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const own = on.matches("select") || (on.matches("button") && key === " ")
      || (on.matches("input") && key.startsWith("Arrow"));  // what the element does with the key itself
    if (own || !KEYS[key]) return;
    event.preventDefault();
    KEYS[key](event);
  });

  // ---------------------------------------------------------------- begin

  $("#page").hidden = false;
  const index = Math.max(0, chapters.findIndex((chapter) => chapter.number === place.chapter));
  dress();
  go(index, chapters[index].number === place.chapter ? Number(place.ms) || 0 : 0, false);
  reveal();
})();
