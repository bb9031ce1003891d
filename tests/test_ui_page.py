"""The page in a real browser, on the sample articles: ask, check, upload, remove; on a desktop and on a phone."""

import json
import os
import re
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rag
import ui.page.app
from corpus import Article, Library, sample_articles
from ingest import PassageSettings, ingest, passages_of

pytestmark = pytest.mark.browser

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUESTION = "When was the Shanghai Cooperation Organisation founded?"
UNANSWERABLE = "Who won the football World Cup in 2018?"
NOTE = (
    "---\ntitle: Testville elects a mayor\npublished: 2024-01-02\noutlet: Test Wire\n---\n\n"
    "Zora Quillfeather was elected mayor of Testville on 2 January 2024. She takes office in March.\n"
)
HOSTILE = "<img src=https://evil.example/x onerror=window.pwned=1><script>window.pwned=1</script>"


@dataclass
class Served:
    """The running page: its address, and the library behind it."""

    address: str
    library: Library
    uploads: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    import uvicorn

    from ui.page.app import web_app

    uploads = tmp_path_factory.mktemp("uploads")
    with (
        pytest.MonkeyPatch.context() as patched,
        Library.open(tmp_path_factory.mktemp("library")) as library,
        socket.socket() as listening,
    ):
        patched.setenv("GRADIO_TEMP_DIR", str(uploads))
        ingest(library, [sample_articles()])
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(web_app(library), log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", library, uploads)
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = os.environ.get("PRESSMARK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        missing = "no Chromium found: apt-get install chromium"
        if os.environ.get("PRESSMARK_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Any, served: Served) -> Iterator[Callable[..., Any]]:
    """Opens the page in a window of its own; at the end nothing may have failed in it, or asked another site."""
    contexts, wrong = [], []

    def opened(width: int = 1280, height: int = 800, **settings: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)  # the first question loads the models, on a machine that may be busy
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if foreign(request.url) else None)
        page.goto(served.address)
        page.wait_for_selector(".pm-intro")
        page.wait_for_function("['conversation', 'evidence'].every((name) => window.pressmark?.parts[name])")
        return page

    def foreign(url: str) -> bool:
        return not url.startswith((served.address, "data:", "blob:"))

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def ask(page: Any, question: str) -> Any:
    """Ask, and wait for the finished turn."""
    before = page.locator(".pm-turn[data-status]").count()
    page.fill("#pm-question textarea", question)
    page.press("#pm-question textarea", "Enter")
    turn = page.locator(".pm-turn[data-status]").nth(before)
    turn.wait_for()
    return turn


def test_a_chip_asks_the_question_again_without_its_filter(open_page: Callable[..., Any]) -> None:
    page = open_page()
    turn = ask(page, "Articles from 1980: why did the Aral Sea shrink?")
    assert "Published: 1980" in turn.locator(".pm-chip").inner_text()
    assert "Remove “from 1980”" in turn.inner_text()
    turn.locator(".pm-chip").click()
    again = page.locator(".pm-turn[data-status]").nth(1)
    again.wait_for()
    assert again.get_attribute("data-status") == "answered"
    assert again.locator(".pm-chip").count() == 0


def wait_until_in_view(page: Any, selector: str, inside: str) -> None:
    """Until an element can be seen within its scrolling box and the window."""
    script = """([selector, inside]) => {
        const box = document.querySelector(selector).getBoundingClientRect();
        const frame = document.querySelector(inside).getBoundingClientRect();
        return box.height > 0 && box.top >= frame.top - 1 && box.bottom <= Math.min(frame.bottom, innerHeight) + 1;
    }"""
    page.wait_for_timeout(800)  # scrolling is smooth, and what was in view may leave it
    page.wait_for_function(script, arg=[selector, inside])


def upload(page: Any, path: Path) -> str:
    page.get_by_role("tab", name="Articles").click()
    page.wait_for_function("document.querySelectorAll('.pm-article').length > 0")
    if not page.locator("#pm-files").is_visible():
        page.click("#pm-adding button")
    page.set_input_files("#pm-files input[type=file]", str(path))
    page.wait_for_selector(".pm-upload[data-state]", timeout=120_000)
    return str(page.inner_text(".pm-upload"))


def test_a_question_is_answered_with_its_date_and_verbatim_quotations(open_page: Callable[..., Any]) -> None:
    turn = ask(open_page(), QUESTION)
    assert "15 June 2001" in turn.locator(".pm-answer").inner_text()
    assert re.search(r"As of \d+ \w+ \d{4}\s+\d+ articles?, every quotation verbatim", turn.inner_text())


def test_an_example_asks_itself_and_the_stages_are_shown(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.click(f'[data-ask="{QUESTION}"]')
    page.wait_for_selector(".pm-stages")
    page.wait_for_selector('.pm-turn[data-status="answered"], .pm-turn[data-status="conflicting"]')
    assert page.locator(".pm-turn[data-status] .pm-question h2").inner_text() == QUESTION


def test_a_citation_opens_its_article_at_the_very_words(open_page: Callable[..., Any], served: Served) -> None:
    page = open_page()
    turn = ask(page, QUESTION)
    citations = json.loads(turn.get_attribute("data-evidence"))
    turn.locator(f'.pm-source-open[data-cite="{citations[0]["n"]}"]').click()
    page.wait_for_selector("#pm-evidence mark.pm-current")
    article = served.library.get(citations[0]["article_id"])
    quote = article.text[citations[0]["start"] : citations[0]["end"]]
    assert " ".join(page.inner_text("#pm-evidence mark.pm-current").split()) == " ".join(quote.split())
    assert page.inner_text(".pm-article-title") == article.title
    wait_until_in_view(page, "#pm-evidence mark.pm-current", "#pm-evidence .pm-article-text")
    assert page.evaluate("document.activeElement.matches('mark.pm-current')")


def test_the_keyboard_reaches_the_question_the_highlights_and_the_way_back(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.closest('#pm-question') !== null")
    cited = ask(page, QUESTION).locator("[data-cite]").first
    cited.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('mark')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#pm-evidence .pm-evidence-empty", state="attached")
    assert page.evaluate("document.activeElement.hasAttribute('data-cite')")


def test_j_and_k_step_through_the_highlights_of_an_article(open_page: Callable[..., Any], served: Served) -> None:
    page = open_page()
    stored = served.library.articles(limit=1)[0]
    text = served.library.get(stored.id).text
    spans = [(n, start, start + 20) for n, start in ((1, 0), (2, len(text) - 60))]
    highlights = [{"n": n, "start": start, "end": end, "quote": text[start:end]} for n, start, end in spans]
    request = {"article_id": stored.id, "highlights": highlights, "focus": 1}
    script = (
        "async (r) => { const part = pressmark.parts.evidence; part.props.value = await part.server.open_evidence(r); }"
    )
    page.evaluate(script, request)
    page.wait_for_selector("[data-step-count]")
    page.locator("h1").click()
    for key, place in (("j", "2 of 2"), ("j", "1 of 2"), ("k", "2 of 2")):
        page.keyboard.press(key)
        assert page.inner_text("[data-step-count]") == place
    wait_until_in_view(page, "#pm-evidence mark.pm-current", "#pm-evidence .pm-article-text")


def test_what_the_articles_do_not_say_is_refused_with_what_was_searched(open_page: Callable[..., Any]) -> None:
    turn = ask(open_page(), UNANSWERABLE)
    assert turn.get_attribute("data-status") == "not_found"
    assert "Searched" in turn.inner_text()


def test_an_error_is_told_in_words_without_a_traceback(
    open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_settings: object) -> None:
        raise RuntimeError("secret detail")

    page = open_page()
    with monkeypatch.context() as patched:
        patched.setattr(rag, "ask", fails)
        turn = ask(page, QUESTION)
    assert "This question was not answered" in turn.inner_text()
    assert "secret detail" not in page.content()
    assert "Traceback" not in page.content()


def test_a_wrong_date_is_refused_at_its_field(browser: Any, served: Served) -> None:
    page = browser.new_page()
    page.goto(served.address)
    page.wait_for_selector(".pm-intro")
    page.click("[data-filters]")
    page.fill("#pm-since textarea", "last May")
    page.fill("#pm-question textarea", QUESTION)
    page.press("#pm-question textarea", "Enter")
    page.wait_for_selector("#pm-since .validation-error")
    assert "2015-08-31" in page.inner_text("#pm-since")
    assert page.locator("#pm-conversation .pm-turn").count() == 0
    page.wait_for_timeout(4_000)  # it stays until it is corrected
    assert "2015-08-31" in page.inner_text("#pm-since")
    assert page.input_value("#pm-question textarea") == QUESTION
    page.close()


def test_an_answer_is_downloaded_as_markdown_with_its_citations(open_page: Callable[..., Any]) -> None:
    page = open_page()
    turn = ask(page, QUESTION)
    with page.expect_download() as download:
        turn.locator("[data-download]").click()
    markdown = Path(download.value.path()).read_text(encoding="utf-8")
    assert markdown.startswith(f"## {QUESTION}\n")
    assert "\n> " in markdown


def test_what_the_page_hears_late_of_the_library_takes_no_answer_away(
    open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, header = threading.Event(), ui.page.app.header_html

    def late(stats: Any) -> str:
        answered.wait(120)
        return f'{header(stats)}<i class="late"></i>'

    monkeypatch.setattr(ui.page.app, "header_html", late)
    page = open_page()
    turn = ask(page, QUESTION)
    answered.set()
    page.wait_for_selector(".late", state="attached")
    assert turn.is_visible()
    assert not page.locator(".pm-intro").is_visible()


def test_a_new_conversation_forgets_the_old_one(open_page: Callable[..., Any]) -> None:
    page = open_page()
    assert not page.locator(".pm-masthead [data-new]").is_visible()
    ask(page, QUESTION)
    assert not page.locator(".pm-intro").is_visible()
    page.click(".pm-masthead [data-new]")
    page.wait_for_selector(".pm-intro")
    page.wait_for_selector("#pm-conversation .pm-turn", state="detached")


def files_with(words: bytes, served: Served) -> list[str]:
    """The files of a library and of its uploads in which some words still stand."""
    folders = (served.uploads, served.library.folder)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if words in path.read_bytes()]


def test_an_uploaded_article_can_be_asked_about_and_removed(
    open_page: Callable[..., Any], served: Served, tmp_path: Path
) -> None:
    page = open_page()
    before = served.library.stats().articles
    (tmp_path / "testville.md").write_text(NOTE, encoding="utf-8")
    assert "1 added" in upload(page, tmp_path / "testville.md")
    page.wait_for_function(f"document.querySelector('.pm-extent').textContent.startsWith('{before + 1} articles')")
    page.get_by_role("tab", name="Ask").click()
    assert "Quillfeather" in ask(page, "Who was elected mayor of Testville?").locator(".pm-answer").inner_text()

    page.get_by_role("tab", name="Articles").click()
    page.fill("#pm-search textarea, #pm-search input", "Testville")
    page.wait_for_function("document.querySelectorAll('.pm-article').length === 1")
    page.click("[data-ask-remove]")
    assert served.library.stats().articles == before + 1
    page.click("[data-remove]")
    page.wait_for_selector(".pm-notice")
    assert served.library.stats().articles == before
    deadline = time.monotonic() + 30  # whoever reads just now keeps what was removed from being overwritten at once
    while (held := files_with(b"Quillfeather", served)) and time.monotonic() < deadline:
        served.library.stats()
        time.sleep(0.2)
    assert held == []


def test_what_changed_in_an_article_is_shown_and_led_back_from(
    open_page: Callable[..., Any], served: Served, tmp_path: Path
) -> None:
    path = tmp_path / "mayor.jsonl"
    for text in (NOTE, NOTE.replace("2 January", "3 January")):
        path.write_text(json.dumps({"id": "mayor", "title": "A mayor", "text": text}) + "\n", encoding="utf-8")
        ingest(served.library, [path])
    page = open_page(390, 844, is_mobile=True, has_touch=True)
    page.get_by_role("tab", name="Articles").click()
    page.wait_for_function("document.querySelectorAll('.pm-article').length > 0")
    page.click("#pm-changes button")
    page.locator("#pm-changes [data-changes]").first.click()
    page.wait_for_selector("#pm-reader.pm-sheet-open .pm-difference")
    assert "3" in page.inner_text("#pm-reader ins >> nth=-1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#pm-reader [data-back]")
    page.wait_for_selector("#pm-reader .pm-changed")
    page.click("#pm-reader [data-changes]")
    page.wait_for_selector("#pm-reader .pm-difference")
    served.library.remove("mayor")


def test_addresses_that_are_not_public_are_not_fetched_for_the_page(
    open_page: Callable[..., Any], served: Served
) -> None:
    page = open_page()
    page.get_by_role("tab", name="Articles").click()
    page.click("#pm-adding button")
    for typed, told in (
        (f"{served.address}/ http://localhost:1/", "Failed"),
        ("file:///etc/passwd", "is not a web address"),
        ("/etc/passwd", "is not a web address"),
    ):
        page.fill("#pm-web textarea, #pm-web input", typed)
        page.click("#pm-web-add")
        page.wait_for_selector(f".pm-upload[data-state=failed] :text('{told}')")
    page.wait_for_selector(".pm-runs")
    page.click(".pm-runs summary")
    assert f"{served.address}/" in page.inner_text(".pm-run >> nth=0")
    assert "2 failed" in page.inner_text(".pm-run >> nth=0")


def test_the_page_shows_what_came_in_beside_it_without_being_opened_again(
    open_page: Callable[..., Any], served: Served
) -> None:
    page = open_page()
    before = served.library.stats().articles
    page.wait_for_function(f"document.querySelector('#pm-masthead').innerText.includes('{before} articles')")
    page.get_by_role("tab", name="Articles").click()
    page.wait_for_selector(".pm-article")
    article = Article("beside", "Nobody expected the ferry to Lower Testville to sail again.", title="A ferry returns")
    settings = PassageSettings()
    served.library.put(article, passages_of(article, served.library.embedder, settings))
    page.wait_for_selector("text=A ferry returns")
    page.wait_for_function(f"document.querySelector('#pm-masthead').innerText.includes('{before + 1} articles')")
    served.library.remove("beside")
    page.wait_for_function(f"document.querySelector('#pm-masthead').innerText.includes('{before} articles')")
    page.wait_for_selector("text=A ferry returns", state="detached")


def test_the_list_follows_the_search_however_late_an_earlier_list_comes(
    open_page: Callable[..., Any], served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = ui.page.app.list_articles

    def whole_lists_late(library: Library, text: str, today: date, shown: int) -> str:
        rendered = listed(library, text, today, shown)
        if not text:
            time.sleep(1.5)
        return rendered

    page = open_page()
    monkeypatch.setattr(ui.page.app, "list_articles", whole_lists_late)
    (tmp_path / "testville.md").write_text(NOTE, encoding="utf-8")
    upload(page, tmp_path / "testville.md")
    page.fill("#pm-search textarea, #pm-search input", "Testville")
    page.wait_for_function("document.querySelectorAll('.pm-article').length === 1")
    page.wait_for_timeout(3_000)  # a list that comes later would be here by then
    assert page.locator(".pm-article").count() == 1
    page.click("[data-ask-remove]")
    page.click("[data-remove]")
    page.wait_for_selector(".pm-notice:has-text('Removed')")
    page.wait_for_selector(".pm-list-empty:has-text('No article matches')")
    page.fill("#pm-search textarea, #pm-search input", "")
    page.wait_for_selector(".pm-article")
    page.wait_for_selector(".pm-notice", state="detached")


def test_a_hostile_article_is_text_and_nothing_else(open_page: Callable[..., Any], served: Served) -> None:
    article = Article(
        "hostile", f"{HOSTILE} is what it says.", title=HOSTILE, outlet=HOSTILE, url="javascript:alert(1)"
    )
    served.library.put(article, passages_of(article, served.library.embedder, PassageSettings()))
    page = open_page()
    page.get_by_role("tab", name="Articles").click()
    page.fill("#pm-search textarea, #pm-search input", "onerror")
    page.wait_for_function("document.querySelectorAll('.pm-article').length === 1")
    page.click("#pm-listing .pm-article-open")
    page.wait_for_selector("#pm-reader .pm-article-text")
    assert HOSTILE in page.inner_text("#pm-reader .pm-article-text")
    assert page.evaluate("window.pwned") is None
    assert page.locator("#pm-reader :is(img, script), #pm-listing :is(img, script)").count() == 0
    served.library.remove("hostile")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_answer_without_scrolling_sideways_and_the_article_as_a_sheet(
    open_page: Callable[..., Any], scheme: str
) -> None:
    page = open_page(390, 844, is_mobile=True, has_touch=True, color_scheme=scheme)
    turn = ask(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    turn.locator("[data-cite]").first.tap()
    page.wait_for_selector("#pm-evidence.pm-sheet-open mark.pm-current")
    wait_until_in_view(page, "#pm-evidence mark.pm-current", "#pm-evidence .pm-article-text")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#pm-evidence [data-close]").tap()
    page.wait_for_selector("#pm-evidence", state="hidden")


def test_every_control_has_a_name(open_page: Callable[..., Any]) -> None:
    page = open_page()
    ask(page, QUESTION)
    script = """() => [...document.querySelectorAll('button, input, textarea, a[href]')]
        .filter((e) => e.offsetParent && !(e.ariaLabel || e.textContent.trim() || e.labels?.[0]?.textContent.trim()))
        .map((e) => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(script) == []
    assert page.locator('[role="log"][aria-live="polite"]').count() == 1


def fetched(served: Served, path: str = "/", **headers: str) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(served.address + path, headers=headers)  # noqa: S310  (our own address)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
            return response.status, {name.lower(): value for name, value in response.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}


def test_every_response_carries_the_security_headers(served: Served) -> None:
    for path in ("/", "/nowhere", "/gradio_api/file=/etc/passwd"):
        _, headers = fetched(served, path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "evil.example"}),
        ("/", {"Host": "127.0.0.1.evil.example"}),
        ("/config", {"Origin": "https://evil.example"}),
        ("/gradio_api/file=http://127.0.0.1/", {}),
        ("/gradio_api/file=/etc/passwd", {}),
    ],
)
def test_foreign_hosts_origins_and_files_are_refused(served: Served, path: str, headers: dict[str, str]) -> None:
    assert fetched(served, path, **headers)[0] == 403
