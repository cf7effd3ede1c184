"""The pages that are looked at, and as whom."""

from tests.browser.looking import Visitor

PAGES: dict[str, tuple[str, str]] = {
    "login": ("visitor", "/login"),
    "tracking": ("visitor", "tracking"),
    "wall": ("wall", "/wall"),
    "today": ("ops", "/"),
    "list": ("ops", "/orders"),
    "order": ("ops", "/orders -> /orders/1"),
    "edit order": ("ops", "/orders?view=to_release -> /orders/1 + /edit"),
    "split order": ("ops", "/orders?view=to_release -> /orders/1 + /split"),
    "merge orders": ("ops", "/orders?view=to_release -> /orders/1 + /merge"),
    "cancel part": ("ops", "/orders?view=to_release -> /orders/1 + /cancelled-units"),
    "cancel order": ("ops", "/orders?view=to_release -> /orders/1 + /cancellation"),
    "hold order": ("ops", "/orders?view=to_release -> /orders/1 + /holds/new"),
    "timeline": ("ops", "/orders -> /orders/1 + /timeline"),
    "new order": ("ops", "/orders/new"),
    "bulk actions": ("ops", "/bulk"),
    "drafts": ("ops", "/drafts"),
    "draft": ("ops", "/drafts -> /drafts/"),
    "send a quote": ("ops", "/drafts -> /drafts/ + /message"),
    "customers": ("ops", "/customers"),
    "customer": ("ops", "/customers?tag=vip -> /customers/"),
    "inventory": ("ops", "/inventory"),
    "stock": ("ops", "/inventory -> /stock/"),
    "preorder": ("ops", "/stock/PRE-LAM-SEA/preorder"),
    "selling": ("ops", "/selling"),
    "waiting order": ("ops", "/orders?view=out_of_stock -> /orders/1"),
    "check stock": ("ops", "/inventory/check"),
    "transfers": ("ops", "/transfers"),
    "transfer": ("ops", "/transfers?view=in_transit -> /transfers/T"),
    "new transfer": ("ops", "/transfers/new"),
    "counts": ("ops", "/counts"),
    "due counts": ("warehouse", "/counts?view=due"),
    "count": ("warehouse", "/counts -> /counts/C"),
    "count review": ("ops", "/counts/C00009/review"),
    "new count": ("warehouse", "/counts/new"),
    "rules of counting": ("ops", "/counts/settings"),
    "purchase orders": ("ops", "/purchase-orders"),
    "purchase order": ("ops", "/purchase-orders?view=incoming -> /purchase-orders/PO"),
    "purchase draft": ("ops", "/purchase-orders?view=draft -> /purchase-orders/PO"),
    "new purchase order": ("ops", "/purchase-orders/new"),
    "receiving": ("warehouse", "/receiving"),
    "reorder": ("ops", "/reorder"),
    "suppliers": ("ops", "/suppliers"),
    "supplier": ("ops", "/suppliers -> /suppliers/"),
    "lots": ("ops", "/lots"),
    "serial numbers": ("ops", "/serials"),
    "routing": ("ops", "/routing"),
    "skus": ("ops", "/skus"),
    "locations": ("ops", "/locations"),
    "bins": ("ops", "/locations/north/bins"),
    "bin": ("ops", "/locations/north/bins -> /locations/north/bins/A"),
    "kpis": ("ops", "/kpis"),
    "kpi": ("ops", "/kpis -> /kpis/"),
    "exceptions": ("ops", "/exceptions"),
    "exception": ("ops", "/exceptions -> /exceptions/"),
    "resolved exceptions": ("support", "/exceptions?view=resolved"),
    "pick": ("warehouse", "/pick"),
    "pack": ("warehouse", "/pack"),
    "imports": ("ops", "/imports"),
    "new import": ("ops", "/imports/new"),
    "style guide": ("ops", "/styleguide"),
    "users": ("owner", "/users"),
    "displays": ("owner", "/displays"),
    "tokens": ("owner", "/settings/tokens"),
}
"""Name -> (role, path); `/a -> /b` is the first link on /a that begins with /b, `/a -> /b + /c` what lies below it."""
DESK = (
    "today",
    "list",
    "order",
    "waiting order",
    "edit order",
    "split order",
    "draft",
    "customer",
    "exceptions",
    "exception",
    "stock",
)
"""Pages with menus, details and dialogs of their own that are looked at open, too."""


def path_of(name: str, visitor: Visitor) -> str:
    return where(PAGES[name][1], visitor)


def where(path: str, visitor: Visitor) -> str:
    """The address meant: the path itself, the tracking link, or the first link of a page."""
    if path == "tracking":
        return visitor.shop.tracking
    start, _, link = path.partition(" -> ")
    if not link:
        return start
    link, _, below = link.partition(" + ")
    visitor.visit(start)
    return visitor.first(link) + below
