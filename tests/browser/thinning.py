"""Fewer words on a page, each of another look: axe needs seconds for thousands that agree."""

# Of coloured words of code, and of formulas, one of each kind is enough: a lesson has thousands.
ONE_OF_EACH = """() => { const seen = new Set();
    for (const word of document.querySelectorAll(".highlight span"))
        if (seen.has(word.className)) word.replaceWith(...word.childNodes);
        else seen.add(word.className);
    const formulas = [...document.querySelectorAll("mjx-container")];
    formulas.slice(1).forEach((formula) => formula.replaceChildren()); }"""

# Contrast is the same where colours and size are the same, in both themes; not told by these is
# what lies over a picture, so that explorers keep all their words.
ONE_OF_EACH_LOOK = """() => {
    const known = new Map();
    const behind = (part) => {
        if (!part) return "";
        if (!known.has(part)) {
            const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(part);
            const own = [backgroundColor, backgroundImage, opacity, filter].join();
            const clear = own === "rgba(0, 0, 0, 0),none,1,none";
            known.set(part, behind(part.parentElement) + (clear ? "" : own));
        }
        return known.get(part);
    };
    const look = (part) => {
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(part);
        return [color, fontSize, fontWeight, textShadow, behind(part)].join();
    };
    const is_word = (node) => node.nodeType === 3 && node.data.trim();
    const words = (part) => [...part.childNodes].filter(is_word);
    const parts = [...document.querySelectorAll("body *:not(.mt-live *, script, style)")];
    const texts = parts.filter((part) => words(part).length);
    const looks = texts.map(() => "");
    for (const theme of ["light", "dark"]) {
        document.documentElement.dataset.theme = theme;
        known.clear();
        texts.forEach((part, n) => { looks[n] += look(part); });
    }
    const seen = new Set();
    texts.forEach((part, n) => {
        if (seen.has(looks[n])) words(part).forEach((word) => word.remove());
        seen.add(looks[n]);
    }); }"""
