"""The page shows the book's words and nothing that they could run; in a browser, text and voice keep together."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiobook.editions import m4b, page
from audiobook.events import nobody
from audiobook.kit import Kit
from audiobook.master import mastered
from audiobook.mix import lay
from audiobook.model import Book, Cast, Chapter, Details, Finish, Line, Pauses, Place, Script, Source, Voice
from audiobook.press.page.colours import DARK, LIGHT, colours, contrast
from tests import outside
from tests.outside import module, tool
from tests.sounding import Shelf, decoded, hum

HOSTILE = "</script><script>window.broken=1</script>'\"`${1}\u2028{{program}}<img src=x onerror=window.broken=1>"
TALE = (  # kind, speaker, opens, text; None begins a chapter
    None, ("heading", "", "chapter", "# One"),
    ("narration", "", "paragraph", "The boat came *late*, and "), ("dialogue", "Tam", "speaker", "“Now *or"),
    ("dialogue", "Tam", "line", " never*!” "), ("narration", "", "speaker", "said Tam."),
    ("dialogue", "Ann", "paragraph", "“No.”"),
    ("narration", "", "scene", "> Dear Hes,\n>\n> You have"), ("narration", "", "line", "\n>\n> waited."),
    None, ("heading", "", "chapter", "# Two"), ("dialogue", "Ann", "paragraph", "“Snake_case is * never bold.”"),
    ("silent", "", "paragraph", "...."), ("narration", "", "paragraph", HOSTILE),
    ("dialogue", "Bo", "paragraph", "“So?”"),
    None, ("heading", "", "chapter", "# Three"), ("narration", "", "paragraph", "The end."),
)


class Tale:
    """A small book with sound, and its page in `folder`."""

    def __init__(self, folder, titles=("One", "Two", "Three"), title="A Book", seconds=0.6, tale=TALE, cover=b""):
        shelf, lines, clips, chapter, scene = Shelf(), [], [], 0, 1
        for row in tale:
            if row is None:
                chapter, scene = chapter + 1, 1
                continue
            kind, speaker, opens, text = row
            scene += opens == "scene"
            number = 1 + sum(line.place.chapter == chapter and line.place.scene == scene for line in lines)
            place, source = Place(chapter, scene, number), Source("a.md", 0, len(text), 1)
            lines.append(Line(text, kind, speaker, place, source, opens))
            clips.append(None if kind == "silent" else shelf.record(hum(seconds, 150 + 7 * len(lines))))
        finish = Finish(lead_in_ms=100, tail_ms=150)
        script = Script(title, tuple(titles), (), tuple(lines))
        self.book = Book(Details(title=title, author="Ann Author", language="en"),
                         tuple(Chapter(each, (), ()) for each in titles))
        self.timeline = lay(script, clips, Pauses(100, 100, 150, 200, 150), finish)
        self.sound = mastered(self.timeline, shelf, finish)
        self.shelf, self.folder = shelf, folder
        self.kit = Kit(script, Cast(Voice("tone", "a")), shelf, nobody, cover, {}, {}, finish, Path())

    def write(self):
        self.files = page.write(self.book, self.timeline, self.sound, self.folder, self.kit)
        return next(path for path in self.files if path.name == "index.html")


def data(index):
    script = index.with_name("book.js").read_text("ascii")
    return json.loads(script.removeprefix("window.BOOK = ").removesuffix(";\n"))


def words(phrase):
    return phrase[4] if isinstance(phrase[4], str) else "".join(phrase[4])


@pytest.fixture
def tale(tmp_path):
    return Tale(tmp_path)


# ---------------------------------------------------------------- what is written


def test_it_is_one_folder_and_every_file_in_it_is_named(tale):
    home = tale.write().parent
    assert home == tale.folder / "A Book (page)"
    assert sorted(tale.files) == sorted(path for path in home.rglob("*") if path.is_file())
    assert {path.name for path in home.rglob("*.m4a")} == {"0001.m4a", "0002.m4a", "0003.m4a"}


def test_every_word_is_there_in_order_and_nothing_twice(tale):
    shown = [" ".join(words(phrase).replace("\n", " ") for block in chapter["blocks"] for phrase in block[1:])
             for chapter in data(tale.write())["chapters"]]
    assert shown[0] == "One The boat came late, and “Now or never!” said Tam. “No.” Dear Hes, You have waited."
    assert shown[1].startswith("Two “Snake_case is * never bold.” .... ")
    assert shown[2] == "Three The end."


def test_sentences_are_timed_from_the_start_of_their_chapters_file(tale):
    chapters, rate = data(tale.write())["chapters"], tale.timeline.rate
    timed = [(phrase[1], phrase[2]) for chapter in chapters for block in chapter["blocks"] for phrase in block[1:]
             if phrase[1] >= 0]
    starts = {mark.number: mark.start for mark in tale.timeline.chapters}
    true = [[(at - starts[cue.line.place.chapter]) / rate * 1000 for at in (cue.start, cue.end)]
            for cue in tale.timeline.cues]
    assert [list(each) for each in timed] == [pytest.approx(each, abs=0.51) for each in true]


def test_paragraphs_scenes_and_quotations_are_kept(tale):
    blocks = data(tale.write())["chapters"][0]["blocks"]
    assert [block[0] for block in blocks] == ["h", "p", "p", "psq"]
    letter = blocks[3]
    assert [phrase[4] for phrase in letter[1:]] == ["Dear Hes,\nYou have", "waited."]
    assert [phrase[3] for phrase in letter[1:]] == [2, 0]


def test_slanted_letters_stay_slanted_over_a_sentences_end(tale):
    first = data(tale.write())["chapters"][0]["blocks"][1]
    assert [phrase[4] for phrase in first[1:]] == [
        ["The boat came ", "late", ", and"], ["“Now ", "or"], ["", "never", "!”"], "said Tam."]


def test_a_line_with_no_sound_is_shown_and_has_no_time(tale):
    blocks = data(tale.write())["chapters"][1]["blocks"]
    assert blocks[2][1][1:3] == [-1, -1]
    assert blocks[2][1][4] == "...."


def test_those_who_speak_most_come_first_and_each_has_a_colour(tale):
    people = data(tale.write())["people"]
    assert [person["name"] for person in people] == ["Narrator", "Ann", "Tam", "Bo"]
    assert {(person["light"], person["dark"]) for person in people[1:]} == set(colours(3))
    assert (people[0]["light"], people[0]["dark"]) == (None, None)


def test_a_chapters_sound_is_exactly_its_stretch(tale):
    index = tale.write()
    for chapter, mark in zip(data(index)["chapters"], tale.timeline.chapters, strict=True):
        samples, rate = decoded(index.parent / chapter["sound"])
        assert (len(samples), rate) == (mark.end - mark.start, tale.timeline.rate)
        assert chapter["length"] == round(len(samples) * 1000 / rate)


def test_after_an_m4b_nothing_is_encoded_again(tale):
    m4b.write(tale.book, tale.timeline, tale.sound, tale.folder, tale.kit)
    def encoded():
        return {key: blob for key, blob in tale.shelf.blobs.items() if key[0].startswith("aac")}

    held = encoded()
    tale.write()
    assert held
    assert encoded() == held


def test_a_second_run_leaves_the_sound_alone_and_says_the_same(tale):
    index = tale.write()
    before = [(path, path.stat().st_mtime_ns) for path in tale.files if path.suffix == ".m4a"]
    page_before = [path.read_bytes() for path in tale.files]
    tale.write()
    assert [(path, path.stat().st_mtime_ns) for path, _ in before] == before
    assert [path.read_bytes() for path in tale.files] == page_before
    assert index.exists()


def test_one_chapter_alone_keeps_its_number(tmp_path):
    tale = Tale(tmp_path)
    kept = tuple(line for line in tale.kit.script.lines if line.place.chapter == 2)
    tale.kit = replace(tale.kit, script=replace(tale.kit.script, lines=kept))
    clips = [cue.clip for cue in tale.timeline.cues if cue.line.place.chapter == 2]
    given = iter(clips)
    tale.timeline = lay(tale.kit.script, [None if line.kind == "silent" else next(given) for line in kept], Pauses(),
                        tale.kit.finish)
    tale.sound = mastered(tale.timeline, tale.shelf, tale.kit.finish)
    chapters = data(tale.write())["chapters"]
    assert [(chapter["number"], chapter["sound"]) for chapter in chapters] == [(2, "sound/0002.m4a")]


def test_a_chapter_in_which_nothing_is_heard_is_there_to_read(tmp_path):
    tale = Tale(tmp_path, titles=("One", "Two", "Three"), tale=(
        None, ("heading", "", "chapter", "# One"), None, ("silent", "", "chapter", "...."),
        None, ("heading", "", "chapter", "# Three")))
    chapters = data(tale.write())["chapters"]
    assert [(chapter["number"], chapter["sound"], chapter["length"] > 0) for chapter in chapters] == [
        (1, "sound/0001.m4a", True), (2, None, False), (3, "sound/0003.m4a", True)]


# ---------------------------------------------------------------- nothing in a book runs


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.titles, self.inside = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_data(self, text):
        if self.inside == "title":
            self.titles.append(text)


def test_a_hostile_title_stays_a_title(tmp_path):
    index = Tale(tmp_path, titles=(HOSTILE, HOSTILE, "../../x"), title=HOSTILE).write()
    found = Elements(index.read_text("utf-8"))
    assert [attrs for tag, attrs in found.tags if tag == "script"] == [{"src": "book.js"}, {}]
    assert not [attrs for tag, attrs in found.tags if any(name.startswith("on") for name in attrs)]
    assert "".join(found.titles).strip().replace("\u2028", " ") == HOSTILE.replace("\u2028", " ")
    assert index.parent.parent == tmp_path


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5))
def test_the_data_is_the_same_as_a_script_and_ends_no_script(value):
    text = page._json(value)
    assert text.isascii()
    assert not set("<>&\n") & set(text)
    assert json.loads(text) == value


def test_nothing_is_asked_of_a_server():
    for name in ("page.html", "page.css", "page.js"):
        text = (Path(page.__file__).parents[1] / "press" / "page" / name).read_text("utf-8")
        assert not re.search(r"https?:|fetch\(|XMLHttp|WebSocket|import\(|@import|url\(", text)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", text)


# ---------------------------------------------------------------- colours


def test_every_colour_can_be_read_on_paper_and_on_the_lit_sentence():
    assert len(colours(80)) == 80
    for light, dark in colours(80):
        assert min(contrast(light, paper) for paper in LIGHT) >= 4.5
        assert min(contrast(dark, paper) for paper in DARK) >= 4.5


def test_the_first_dozen_colours_are_apart():
    for at in (0, 1):
        shades = [[int(pair[at][n:n + 2], 16) for n in (1, 3, 5)] for pair in colours(12)]
        apart = [sum((a - b) ** 2 for a, b in zip(*two, strict=True)) ** 0.5 for two in combinations(shades, 2)]
        assert min(apart) > 20


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30).flatmap(lambda people: st.tuples(
    st.just(people), st.lists(st.integers(0, people - 1), max_size=60))))
def test_everybody_has_a_colour_of_their_own_whoever_talks_with_whom(talk):
    people, speech = talk
    assert set(colours(people, speech)) == set(colours(people))
    assert colours(people, speech)[0] == colours(people)[0]


def test_those_who_talk_with_each_other_look_different():
    def apart(one, two):
        return sum((int(one[0][n:n + 2], 16) - int(two[0][n:n + 2], 16)) ** 2 for n in (1, 3, 5))

    anyhow, talking = colours(12), colours(12, [0, 11] * 20)
    assert apart(talking[0], talking[11]) >= apart(anyhow[0], anyhow[11])
    first = colours(12, [0, 1] * 20)
    assert apart(first[0], first[1]) == max(apart(first[0], other) for other in first)


def test_the_style_has_the_papers_that_colours_are_chosen_for():
    style = (Path(page.__file__).parents[1] / "press" / "page" / "page.css").read_text("utf-8")
    found = [re.search(rf"--{name}: (#\w+)", part)[1] for part in style.split("[data-theme", 2)[:2]
             for name in ("paper", "lit")]
    assert tuple(found) == (*LIGHT, *DARK)
    for part in style.split("[data-theme", 2)[:2]:  # and its own letters can be read
        colour = dict(re.findall(r"--([a-z-]+): (#\w{6})", part))
        assert min(contrast(colour[ink], colour[ground]) for ink in ("ink", "quiet")
                   for ground in ("paper", "panel")) >= 4.5
        assert contrast(colour["ink"], colour["lit"]) >= 4.5
        assert contrast(colour["on-accent"], colour["accent"]) >= 4.5


# ---------------------------------------------------------------- in Chromium, from disk

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio")


@pytest.fixture(scope="module")
def chromium():
    playwright = module("playwright.sync_api")
    program = tool("chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Tale(tmp_path_factory.mktemp("page"), titles=("One", HOSTILE, "T" * 200), seconds=1.0)


@pytest.fixture(scope="module")
def address(made):
    return made.write().as_uri()


@pytest.fixture
def visit(chromium, address):
    """Opens the page; at the end, nothing may have gone wrong and nothing may have been asked of the network."""
    contexts, wrong = [], []

    def opened(**settings):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **settings})
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: message.type in ("error", "warning") and wrong.append(message.text))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("request", lambda request: request.url.startswith(("file:", "data:")) or wrong.append(request.url))
        tab.goto(address)
        ready(tab)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


def ready(tab):
    tab.wait_for_function("document.querySelector('#audio').readyState > 0 && document.querySelector('.s.on')")


def lit(tab):
    return tab.locator(".s.on").inner_text()


def at(tab):
    return tab.evaluate("document.querySelector('#audio').currentTime")


def playing(tab):
    return not tab.evaluate("document.querySelector('#audio').paused")


def until(tab, text):
    """Waits until the sentence with these words is lit."""
    tab.wait_for_function("text => document.querySelector('.s.on')?.textContent.includes(text)", arg=text)


@pytest.mark.outside
def test_it_plays_and_the_text_follows_the_voice_into_the_next_chapter(visit):
    tab = visit()
    assert (lit(tab), at(tab)) == ("One", 0)
    tab.select_option("#speed", "2")
    tab.click("#play")
    until(tab, "The boat came")
    assert tab.locator("#play").get_attribute("aria-label") == "Pause"
    until(tab, "Now or")
    assert tab.locator("#who").inner_text() == "Tam"
    until(tab, "Two")
    assert tab.locator("[aria-current=true] time").count() == 1
    assert playing(tab)


@pytest.mark.outside
def test_each_sentence_can_be_clicked_and_plays_from_its_start(visit, address, made):
    tab = visit()
    tab.evaluate("audio.addEventListener('seeking', () => { window.sought = audio.currentTime; })")
    begins = [cue.start / made.timeline.rate for cue in made.timeline.cues if cue.line.place.chapter == 1]
    for n in (4, 1, 7):
        tab.locator(".s[data-n]").nth(n).click()
        assert tab.evaluate("window.sought") == pytest.approx(begins[n], abs=0.002)
        assert playing(tab)
        tab.wait_for_function("n => Number(document.querySelector('.s.on').dataset.n) >= n", arg=n)


@pytest.mark.outside
def test_a_chapter_is_chosen_from_the_list(visit):
    tab = visit()
    tab.locator("#chapters button").nth(2).click()
    until(tab, "Three")
    assert tab.locator("#audio").get_attribute("src") == "sound/0003.m4a"
    assert tab.locator("#chapters [aria-current]").count() == 1
    assert tab.locator(".s").count() == 2  # and no other chapter's text is in the page
    assert tab.locator("#after").is_disabled()


@pytest.mark.outside
def test_it_remembers_the_place_and_the_looks(visit):
    tab = visit()
    tab.locator("#chapters button").nth(1).click()
    until(tab, "Two")
    tab.keyboard.press("j")
    until(tab, "Snake_case")
    tab.keyboard.press("t")
    there = at(tab)
    tab.reload()
    ready(tab)
    until(tab, "Snake_case")
    assert at(tab) == pytest.approx(there, abs=0.01)
    assert tab.locator("html").get_attribute("data-theme") == "dark"
    assert not playing(tab)


@pytest.mark.outside
def test_it_works_by_keyboard(visit):
    tab = visit()
    for _ in range(4):  # the link to the text, then the chapters
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.matches('a, button')")
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    until(tab, "Three")
    tab.reload()
    ready(tab)
    tab.keyboard.press("p")
    tab.keyboard.press("p")
    until(tab, "One")
    tab.keyboard.press("Space")
    tab.wait_for_function("!document.querySelector('#audio').paused")
    tab.keyboard.press("Space")
    assert not playing(tab)
    for key, text in (("j", "The boat"), ("j", "Now"), ("k", "The boat"), ("n", "Two"), ("p", "One")):
        tab.keyboard.press(key)
        until(tab, text)
    tab.keyboard.press("ArrowRight")  # the chapter is shorter than that
    tab.wait_for_function("audio.getAttribute('src') === 'sound/0002.m4a'")
    for key, dialog in (("?", "help"), ("v", "voices"), ("a", "looks")):
        tab.keyboard.press(key)
        assert tab.locator(f"#{dialog}").is_visible()
        tab.keyboard.press("Escape")
        assert tab.locator("dialog:visible").count() == 0
    tab.keyboard.press("+")
    assert tab.locator("#speed").input_value() == "1.1"


@pytest.mark.outside
def test_the_strips_bring_one_there(visit, made):
    tab = visit()
    box = tab.locator("#seek").bounding_box()
    tab.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    chapter = made.timeline.chapters[0]
    assert at(tab) == pytest.approx((chapter.end - chapter.start) / made.timeline.rate / 2, rel=0.03)
    tab.keyboard.press("Escape")
    tab.click("#voices-open")
    for name, lane in zip(tab.locator("#lanes .who").all(), tab.locator("#lanes canvas").all(), strict=True):
        one, other = name.bounding_box(), lane.bounding_box()
        assert one["y"] + one["height"] / 2 == pytest.approx(other["y"] + other["height"] / 2, abs=3)
    lane = tab.locator("#lanes canvas").nth(0).bounding_box()
    tab.mouse.click(lane["x"] + lane["width"] - 3, lane["y"] + 5)
    until(tab, "The end.")
    tab.get_by_role("button", name="Tam").last.click()
    until(tab, "Now or")


@pytest.mark.outside
def test_the_sliders_move_by_arrows_as_one_hears(visit):
    tab = visit()
    tab.locator("#seek").focus()
    tab.keyboard.press("ArrowUp")  # 15 seconds: past the chapter's end
    tab.wait_for_function("audio.getAttribute('src') === 'sound/0002.m4a'")
    tab.keyboard.press("v")
    tab.locator("#whole").focus()
    tab.keyboard.press("ArrowDown")
    until(tab, "One")
    assert tab.locator("#whole").get_attribute("aria-valuetext").endswith(", One")


@pytest.mark.outside
def test_it_stops_when_one_wants_to_sleep(chromium, address):
    tab = chromium.new_page()
    tab.goto(address)
    ready(tab)
    tab.select_option("#sleep", "chapter")
    tab.select_option("#speed", "3")
    tab.click("#play")
    tab.wait_for_function("audio.ended")
    assert tab.locator("#sleep").input_value() == "0"
    assert tab.locator("#audio").get_attribute("src") == "sound/0001.m4a"
    tab.close()
    tab = chromium.new_page()
    tab.clock.install()
    tab.goto(address)
    ready(tab)
    tab.select_option("#speed", "0.7")
    tab.select_option("#sleep", "15")
    tab.click("#play")
    tab.wait_for_function("!audio.paused")
    tab.clock.fast_forward("15:01")
    tab.wait_for_function("audio.paused")
    assert not tab.evaluate("audio.ended")
    tab.close()


@pytest.mark.outside
def test_the_systems_media_keys_know_what_is_heard(visit):
    tab = visit()
    tab.keyboard.press("n")
    tab.keyboard.press("n")
    until(tab, "Three")
    told = tab.evaluate("(({title, artist, album}) => [title, artist, album])(navigator.mediaSession.metadata)")
    assert told == ["T" * 200, "Ann Author", "A Book"]


@pytest.mark.outside
def test_what_a_book_says_is_shown_and_never_runs(visit):
    tab = visit()
    tab.locator("#chapters button").nth(1).click()
    until(tab, "Two")
    assert "<script>window.broken=1</script>" in tab.locator("#chapters").inner_text()
    assert "window.broken" in tab.locator("#running").text_content()
    assert tab.evaluate("window.broken") is None
    assert tab.locator("img[src=x]").count() == 0


@pytest.mark.outside
@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_is_cut_off_and_fingers_hit(visit, width):
    tab = visit(viewport={"width": width, "height": 700}, is_mobile=True, has_touch=True)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for button in tab.locator("#player button, #top button").all():
        if button.is_visible():
            box = button.bounding_box()
            assert box["width"] >= 44
            assert box["height"] >= 44
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    tab.tap("#side-open")
    tab.locator("#chapters button").nth(2).tap()
    until(tab, "Three")
    tab.wait_for_function("getComputedStyle(document.querySelector('#side')).visibility === 'hidden'")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.outside
@pytest.mark.parametrize("width", [600, 900, 1100, 1190, 1280, 1290, 1600])
def test_names_stand_beside_the_text_or_above_it_and_over_nothing(visit, width):
    tab = visit(viewport={"width": width, "height": 700})
    for size in ("100", "160"):
        tab.evaluate("size => { const slider = document.querySelector('#size');"
                     " slider.value = size; slider.dispatchEvent(new Event('input')); }", size)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        side = tab.locator("#side").bounding_box()
        name, words = (tab.locator(where).first.bounding_box() for where in (".name-beside", ".block .s"))
        assert name["x"] >= side["x"] + side["width"]
        assert name["x"] + name["width"] <= words["x"] or name["y"] + name["height"] <= words["y"] + 3


@pytest.mark.outside
def test_a_book_written_from_the_right_is_set_from_the_right(chromium, tmp_path):
    tale = Tale(tmp_path, tale=(None, ("heading", "", "chapter", "# فصل"), ("dialogue", "Bo", "paragraph", "«لا».")))
    tale.book = replace(tale.book, details=replace(tale.book.details, language="ar"))
    tab = chromium.new_page(viewport={"width": 1280, "height": 800})
    tab.goto(tale.write().as_uri())
    ready(tab)
    assert tab.evaluate("getComputedStyle(document.querySelector('.block')).direction") == "rtl"
    name, words = (tab.locator(where).bounding_box() for where in (".name-beside", ".block .s"))
    assert name["x"] >= words["x"] + words["width"]
    tab.close()


@pytest.mark.outside
def test_it_is_light_or_dark_as_the_system_is(visit):
    for scheme, paper in (("light", LIGHT[0]), ("dark", DARK[0])):
        tab = visit(color_scheme=scheme)
        colour = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)) == paper


@pytest.mark.outside
def test_a_reader_who_scrolls_is_left_alone_until_they_ask(visit):
    tab = visit(viewport={"width": 800, "height": 420})
    tab.select_option("#speed", "2")
    tab.click("#play")
    until(tab, "The boat")
    tab.mouse.move(400, 150)
    tab.mouse.wheel(0, 900)
    tab.wait_for_selector("#back:visible")
    there = tab.evaluate("scrollY")
    until(tab, "said Tam")
    assert tab.evaluate("scrollY") == pytest.approx(there, abs=400)
    tab.click("#back")
    assert not tab.locator("#back").is_visible()


@pytest.mark.outside
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_anybody_out(visit, scheme):
    axe = outside._FOLDER / "node_modules" / "@daisy" / "axe-core-for-ace" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("@daisy/ace is not installed (see .ci/outside)")
    for key, width in (("j", 1280), ("j", 390), ("v", 1280), ("a", 1280), ("?", 1280)):
        tab = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
        tab.keyboard.press(key)
        tab.add_script_tag(path=axe)
        found = tab.evaluate("axe.run(document)")
        assert len(found["passes"]) > 15
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


@pytest.mark.outside
def test_without_storage_it_plays_all_the_same(visit, address):
    tab = visit()
    tab.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('none'); } })")
    tab.goto(address)
    ready(tab)
    tab.keyboard.press("t")
    tab.keyboard.press("j")
    until(tab, "The boat")


@pytest.mark.outside
def test_a_chapter_in_which_nothing_is_heard_does_not_stop_the_book(chromium, tmp_path):
    index = Tale(tmp_path, tale=(None, ("heading", "", "chapter", "# One"), None, ("silent", "", "chapter", "...."),
                                 None, ("heading", "", "chapter", "# Three"))).write()
    tab = chromium.new_page()
    tab.goto(index.as_uri())
    ready(tab)
    tab.keyboard.press("n")
    tab.wait_for_selector(".mute")
    assert tab.locator("#text").inner_text().endswith("....")
    tab.keyboard.press("p")
    until(tab, "One")
    tab.click("#play")
    until(tab, "Three")
    tab.close()


@pytest.mark.outside
def test_a_lost_sound_file_is_named(chromium, tmp_path):
    index = Tale(tmp_path).write()
    (index.parent / "sound" / "0001.m4a").unlink()
    tab = chromium.new_page()
    tab.goto(index.as_uri())
    tab.wait_for_selector("#trouble:visible")
    assert "sound/0001.m4a" in tab.locator("#trouble").inner_text()
    tab.close()
