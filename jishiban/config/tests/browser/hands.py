"""Two pairs of hands for the same journey: one with a mouse, one that owns nothing but a keyboard."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import ElementHandle, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

MOST_TABS = 260

# Whether the wanted element has the focus, and whether one can see where the focus is.
FOCUS = """(wanted) => {
  const at = document.activeElement;
  if (!at || at === document.body) return { there: false, seen: true, what: "" };
  const ringed = (node, part) => {
    const style = getComputedStyle(node, part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const places = [[at], [at, "::before"], [at, "::after"]];
  for (const label of at.labels ?? []) places.push([label], [label, "::before"], [label, "::after"]);
  const around = at.closest("form")?.matches(":focus-within") && at.closest(".finder, .ask__form");
  if (around) places.push([around]);
  return { there: at === wanted, seen: places.some((place) => ringed(...place)), what: at.outerHTML.slice(0, 160) };
}"""
ON_SCREEN = """(at) => {
  const box = (at.labels?.[0] ?? at).getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


class Mouse:
    """Clicks, and types into what was clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, fold something out."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """Replace what stands in a field."""
        target.fill(text)

    def tick(self, target: Locator) -> None:
        """Choose a radio button or tick a box."""
        target.check()

    def pick(self, target: Locator, label: str) -> None:
        """Choose a line of a folded list by its words."""
        target.select_option(label=label)

    def send(self, target: Locator, file: Path) -> None:
        """Choose a file."""
        target.set_input_files(file)


class Keys(Mouse):
    """Tab, Enter, Space, arrows and letters. Every stop on the way must show where the focus is."""

    def reach(self, target: Locator) -> None:
        """Tab until the target has the focus."""
        expect(target).to_be_visible()
        wanted = target.element_handle()
        assert wanted is not None
        for _stop in range(MOST_TABS):
            if self._stands_on(wanted):
                assert wanted.evaluate(ON_SCREEN), f"focused out of sight: {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no number of tabs reaches {target}")

    def _stands_on(self, wanted: ElementHandle) -> bool:
        found = self.page.evaluate(FOCUS, wanted)
        main = 'id="main"' in found["what"] or "data-focus" in found["what"]  # a place to begin, not to act
        assert found["seen"] or main, f"the focus cannot be seen on {found['what']}"
        return bool(found["there"])

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def tick(self, target: Locator) -> None:
        if target.get_attribute("type") == "radio":
            self._turn_to(target)
        else:
            self.reach(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def _turn_to(self, target: Locator) -> None:
        """Tab into the group, then arrows: one stop for the whole group, as keyboards know it."""
        name = target.get_attribute("name")
        group = self.page.locator(f'input[type=radio][name="{name}"]')
        chosen = self.page.locator(f'input[type=radio][name="{name}"]:checked')
        self.reach(chosen if chosen.count() else group.first)
        for _step in range(group.count()):
            if self.page.evaluate("(wanted) => document.activeElement === wanted", target.element_handle()):
                return
            self.page.keyboard.press("ArrowDown")

    def pick(self, target: Locator, label: str) -> None:
        self.reach(target)
        self.page.keyboard.type(label)

    def send(self, target: Locator, file: Path) -> None:
        """Open the file dialogue by key and choose. Pressed again when the first press came before anybody listened."""
        self.reach(target)
        for key in ("Enter", "Space", "Enter", "Space"):
            try:
                with self.page.expect_file_chooser(timeout=4000) as opened:
                    self.page.keyboard.press(key)
                opened.value.set_files(file)
            except PlaywrightTimeout:
                continue
            return
        raise AssertionError("no key opens the file dialogue")
