"""From a scenario as it is written to one that stands alone: short forms, `extends`, variants named `core`."""

from __future__ import annotations

from simulator.errors import Problem
from simulator.scenario.names import MAX_STRATEGIES, allowed
from simulator.scenario.places import Node, merge, placed, walk
from simulator.scenario.seller import PRODUCT_NUMBERS
from simulator.scenario.validating import shown


def normalised(document: Node) -> Node:
    """Return one file with its short forms written out.

    ``markets: [A, B]`` becomes ``{A: {}, B: {}}`` and ``category: name`` becomes ``{key: name}``. In a file that
    extends none, a market written without anything (``US:``) has no replacements; in one that extends another,
    null removes the market.
    """
    items = dict(document.items)
    if "markets" in items:
        items["markets"] = markets_of(items["markets"], is_root="extends" not in items)
    category = items.get("category")
    if category is not None and isinstance(category.value, str):
        items["category"] = Node({"key": category}, category.place, category.key)
    return Node(items, document.place, document.key)


def markets_of(node: Node, is_root: bool) -> Node:
    """Return the markets as a mapping; what is neither list nor mapping is left to the checks."""
    if isinstance(node.value, list) and all(isinstance(child.value, str) for child in node.value):
        codes = {str(child.value): Node({}, child.place, child.place) for child in node.value}
        return Node(codes, node.place, node.key) if len(codes) == len(node.value) else node
    if isinstance(node.value, dict) and is_root:
        items = {code: Node({}, own.place, own.key) if own.value is None else own for code, own in node.items.items()}
        return Node(items, node.place, node.key)
    return node


def extended(base: Node, over: Node) -> Node:
    """Return a file laid on the one that it extends; another category replaces the base's with all its numbers."""
    merged = merge(base, over)
    category = over.items.get("category")
    key, old = over.get("category", "key"), base.get("category", "key")
    if category is not None and key is not None and old is not None and key.value != old.value:
        return placed(merged, ("category",), category)
    return merged


def flattened(document: Node, problems: list[Problem]) -> Node:
    """Return the document with each strategy complete: merged from the root of its `extends` to itself."""
    document = _core_of_seller(document)
    rivals = document.items.get("rivals")
    if rivals is not None and rivals.value == "default":
        document = placed(document, ("rivals",), Node({}, rivals.place, rivals.key))
    written = document.items.get("strategies")
    if written is None or not isinstance(written.value, dict):
        return document
    if len(written.items) > MAX_STRATEGIES:
        message = f"read {len(written.items)} strategies; allowed: up to {MAX_STRATEGIES}"
        problems.append(written.start.problem("strategies", message))
        return placed(document, ("strategies",), Node({}, written.place, written.key))
    flat: dict[str, Node] = {}
    for name in written.items:
        chain = _chain(name, written, problems)
        if chain is None:
            continue
        chain = [_withdrawn(each) for each in chain]
        merged = chain[0]
        for heir in chain[1:]:
            # A title describes the strategy that has it, not its heirs.
            bare = {key: child for key, child in merged.items.items() if key not in ("title", "summary")}
            merged = merge(Node(bare, merged.place, merged.key), heir)
        items = {key: child for key, child in merged.items.items() if key != "extends"}
        strategy = _core_of_strategy(Node(items, merged.place, merged.key), name, problems)
        flat[name] = _with_variants(strategy, document.get("seller", "products"))
    return placed(document, ("strategies",), Node(flat, written.place, written.key))


def _chain(name: str, strategies: Node, problems: list[Problem]) -> list[Node] | None:
    """Return a strategy's ancestors and itself, root first; None after a problem."""
    chain: list[Node] = []
    seen: list[str] = []
    while True:
        node = strategies.items[name]
        path = f"strategies.{name}.extends"
        if not isinstance(node.value, dict):
            message = f"read {shown(node.value)}; allowed: a mapping of levers"
            problems.append(node.start.problem(f"strategies.{name}", message))
            return None
        chain.insert(0, node)
        seen.append(name)
        parent = node.items.get("extends")
        if parent is None or parent.value is None:
            return chain
        if not isinstance(parent.value, str) or parent.value not in strategies.items:
            others = [other for other in strategies.items if other != name]
            message = f"read {shown(parent.value)}, no strategy; {allowed(str(parent.value), others)}"
            problems.append(parent.place.problem(path, message))
            return None
        if parent.value in seen:
            circle = " -> ".join([*seen[seen.index(parent.value) :], parent.value])
            problems.append(parent.place.problem(path, f"strategies extend each other in a circle: {circle}"))
            return None
        name = parent.value


def _core_of_seller(document: Node) -> Node:
    """Write the numbers of ``seller.products.core`` where a seller with one product has them."""
    core = document.get("seller", "products", "core")
    if core is None or not isinstance(core.value, dict) or not set(core.items) <= set(PRODUCT_NUMBERS):
        return document
    for name, child in core.items.items():
        if child.value is not None:
            document = placed(document, ("seller", name), child)
    return placed(document, ("seller", "products", "core"), Node(None, core.place, core.key))


def _core_of_strategy(strategy: Node, name: str, problems: list[Problem]) -> Node:
    """Write the options of ``products.core`` into `product` and `price`, in general and for single markets."""
    strategy = _core_of_levers(strategy)
    markets = strategy.items.get("markets")
    if markets is None or not isinstance(markets.value, dict):
        return strategy
    patches = {code: _core_of_levers(patch) for code, patch in markets.items.items()}
    for code, patch in patches.items():
        for path, node in walk(patch):
            if node.value is None and path and path[:1] != ("products",):
                where = ".".join(("strategies", name, "markets", code, *path))
                message = "read null, which has nothing to remove here; allowed: a value, or leave the key out"
                problems.append(node.start.problem(where, message))
    return placed(strategy, ("markets",), Node(dict(patches), markets.place, markets.key))


def _core_of_levers(levers: Node) -> Node:
    core = levers.get("products", "core")
    if core is None or not isinstance(core.value, dict):
        return levers
    for key, child in core.items.items():
        path = (key,) if key == "price" else ("product", key)
        old = levers.get(*path)
        levers = placed(levers, path, child if old is None else merge(old, child))
    return placed(levers, ("products", "core"), Node(None, core.place, core.key))


def _withdrawn(strategy: Node) -> Node:
    """Write ``pro: null`` among the products as ``pro: {offered: false}``: the strategy does not sell it."""
    strategy = _withdrawn_levers(strategy)
    markets = strategy.items.get("markets")
    if markets is None or not isinstance(markets.value, dict):
        return strategy
    patches = {code: _withdrawn_levers(patch) for code, patch in markets.items.items()}
    return placed(strategy, ("markets",), Node(dict(patches), markets.place, markets.key))


def _withdrawn_levers(levers: Node) -> Node:
    products = levers.get("products")
    if products is None:
        return levers
    for name, child in products.items.items():
        if child.value is None and name != "core":
            no = Node({"offered": Node(False, child.place, child.key)}, child.place, child.key)
            levers = placed(levers, ("products", name), no)
    return levers


def _with_variants(strategy: Node, products: Node | None) -> Node:
    """Write out what each of the seller's other products is in a strategy, in general and for single markets.

    The options of the strategy's `product` hold for all; the seller's own options of a variant go over them, and what
    the strategy says of the variant over both. The same order holds for `price`.
    """
    names = [name for name in (products.items if products is not None else {}) if name != "core"]
    for name in names:
        assert products is not None
        own = products.items[name]
        options = {key: child for key, child in own.items.items() if key not in PRODUCT_NUMBERS}
        strategy = _variant(strategy, name, Node(options, own.place, own.key))
    markets = strategy.items.get("markets")
    if not names or markets is None or not isinstance(markets.value, dict):
        return strategy
    patches = dict(markets.items)
    for name in names:
        for code, patch in patches.items():
            if any(patch.get(*path) is not None for path in (("product",), ("price",), ("products", name))):
                patches[code] = _variant(patch, name, None)
    return placed(strategy, ("markets",), Node(dict(patches), markets.place, markets.key))


def _said(node: Node | None) -> Node | None:
    """Return a part; None for a null, which says as little as a part left out."""
    return None if node is None or node.value is None else node


def _variant(levers: Node, name: str, options: Node | None) -> Node:
    """Write out one variant below levers."""
    written = levers.get("products", name)
    parts = [levers.get("product"), options, written]
    known = [part for part in parts if part is not None and isinstance(part.value, dict)]
    merged = known[0] if known else Node({}, levers.place, levers.key)
    for part in known[1:]:
        merged = merge(merged, part)
    price, own = _said(levers.get("price")), _said(written.get("price") if written is not None else None)
    if price is None and own is None and options is not None:
        price = Node({}, levers.place, levers.key)  # what holds without a word is written too: read again, it is equal
    if price is not None and isinstance(price.value, dict):
        merged = placed(merged, ("price",), price if own is None else merge(price, own))
    return placed(levers, ("products", name), merged)
