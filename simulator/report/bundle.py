"""The JavaScript that draws the charts, in one piece: it ships inside every report, so a report needs no network."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version

from simulator import cache

SNIPPET = "window.vegaEmbed = vegaEmbed;"


@lru_cache(maxsize=1)
def javascript() -> str:
    """Return vega, vega-lite and vega-embed as one script.

    Building it takes over a second, so a copy is kept in the user's cache folder by the versions in it.
    """
    import altair as alt
    import vl_convert

    release = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    copy = cache.root() / "vega" / f"{version('vl-convert-python')}-{release}.js"
    try:
        found = copy.read_text(encoding="utf-8")
        if "window.vegaEmbed" in found[-2_000:]:
            return found
    except OSError:
        pass
    # A closing tag inside the script would end it early.
    script: str = vl_convert.javascript_bundle(SNIPPET, vl_version=release).replace("</script", "<\\/script")
    cache.write(copy, script)
    return script
