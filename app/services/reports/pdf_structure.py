"""The structure tree of a file as text: an element for each node, and the way from content back to its element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pikepdf
from pikepdf import Dictionary, Name, String

from app.services.reports.pdf_file import Rows
from app.services.reports.tagging import Mark, Node, SignaturePlace

ALIKE = 16
"""So many elements of the same length are worth rows of their own."""
STEP = 20
"""Width of the rows of long lists; a reference takes one."""
LONG = 16
"""References that make a list long."""

AddField = Callable[[SignaturePlace, int], pikepdf.Object]
"""Makes the field to sign in at a place, given how many there are already."""


def tree_rows(
    pdf: pikepdf.Pdf, root: Node, owners: Sequence[Sequence[Node]], add_field: AddField
) -> tuple[list[Rows], list[pikepdf.Object]]:
    """The structure of a file, whose other objects are all made; and the fields to sign in.

    Args:
        root: the structure tree.
        owners: for each page, the node of marked content 0, 1, …
        add_field: for each place to sign in on the way.
    """
    writer = _Writer(pdf, root, owners, add_field)
    return writer.rows(), writer.fields


class _Writer:
    """Gives numbers to all elements, then writes them."""

    def __init__(self, pdf: pikepdf.Pdf, root: Node, owners: Sequence[Sequence[Node]], add_field: AddField) -> None:
        self.root, self.owners = root, owners
        self.pages = [page.obj.objgen[0] for page in pdf.pages]
        self.fields: list[pikepdf.Object] = []
        self.signed: list[Node] = []
        for node, place in _places(root):
            self.fields.append(add_field(place, len(self.fields)))
            self.signed.append(node)
        self.field_numbers = iter([field.objgen[0] for field in self.fields])
        for index, page in enumerate(pdf.pages):
            page.obj.StructParents = index
            page.obj.Tabs = Name.S
        for index, field in enumerate(self.fields, start=len(self.pages)):
            field.StructParent = index
        tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        pdf.Root.StructTreeRoot = tree
        self.tree = tree.objgen[0]
        self.numbers: dict[int, int] = {}
        alike = sorted(_nodes(root), key=lambda node: node.tag)  # their numbers go up by one where they stand in rows
        for number, node in enumerate(alike, start=self.tree + 1):
            self.numbers[id(node)] = number
        self.parents = self.tree + 1 + len(self.numbers)
        self.digits = len(str(self.parents + len(self.pages)))
        self.mark_digits = len(str(max(map(len, owners))))
        self.said: dict[tuple[tuple[str, str | int], ...], bytes] = {}

    def rows(self) -> list[Rows]:
        """All objects, those of one length together."""
        kinds: dict[tuple[str, int], list[tuple[int, bytes]]] = {}
        lists: list[tuple[int, bytes]] = []
        self._element(self.root, self.tree, kinds, lists)
        few = [item for kind in kinds.values() if len(kind) < ALIKE for item in kind]
        many = [Rows(len(kind[0][1]), kind) for kind in kinds.values() if len(kind) >= ALIKE]
        lists += self._ways_back()
        return [*([Rows(0, few)] if few else []), *many, Rows(STEP, lists)]

    def _element(
        self,
        node: Node,
        parent: int,
        kinds: dict[tuple[str, int], list[tuple[int, bytes]]],
        lists: list[tuple[int, bytes]],
    ) -> None:
        """Write the element of a node, and all below it."""
        number, digits = self.numbers[id(node)], self.digits
        page = next((kid.page for kid in node.kids if isinstance(kid, Mark)), None)
        kids = [self._kid(kid, page) for kid in node.kids]
        head = b"<</Type/StructElem/S/%b/P %*d 0 R" % (node.tag.encode(), digits, parent)
        if page is not None:
            head += b"/Pg %*d 0 R" % (digits, self.pages[page])
        head += self._attributes(node)
        if len(kids) > LONG:
            lists.append((number, _in_steps(head + b"/K[", kids, b"]>>")))
        else:
            text = head + (b"/K[%b]>>" % b" ".join(kids) if len(kids) != 1 else b"/K %b>>" % kids[0])
            text = text.ljust(-(-len(text) // 10) * 10)  # offsets that go up by tens repeat sooner
            kinds.setdefault((node.tag, len(text)), []).append((number, text))
        for kid in node.kids:
            if isinstance(kid, Node):
                self._element(kid, number, kinds, lists)

    def _kid(self, kid: Node | Mark | SignaturePlace, page: int | None) -> bytes:
        """An element, a piece of content or a field, as its parent names it."""
        if isinstance(kid, Node):
            return b"%*d 0 R" % (self.digits, self.numbers[id(kid)])
        if isinstance(kid, SignaturePlace):
            return b"<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>" % (self.pages[kid.page], next(self.field_numbers))
        if kid.page == page:
            return b"%*d" % (self.mark_digits, kid.number)
        return b"<</Type/MCR/Pg %d 0 R/MCID %d>>" % (self.pages[kid.page], kid.number)

    def _attributes(self, node: Node) -> bytes:
        """What an element says of itself, and its words."""
        key = tuple(node.attributes.items())
        if key and key not in self.said:
            values = Dictionary({f"/{name}": _plain(value) for name, value in key})
            self.said[key] = b"/A" + values.unparse()
        text = self.said[key] if key else b""
        return text + b"/Alt" + String(node.alternative).unparse() if node.alternative else text

    def _ways_back(self) -> Iterator[tuple[int, bytes]]:
        """The root of the tree, and what leads from the content of each page and from each field to its element."""
        numbers = []
        for index, nodes in enumerate(self.owners):
            owners = [b"%*d 0 R" % (self.digits, self.numbers[id(node)]) for node in nodes]
            yield self.parents + 1 + index, _in_steps(b"[", owners, b"]")
            numbers.append(b"%d %d 0 R" % (index, self.parents + 1 + index))
        for index, node in enumerate(self.signed, start=len(self.pages)):
            numbers.append(b"%d %d 0 R" % (index, self.numbers[id(node)]))
        yield self.parents, _in_steps(b"<</Nums[", [_fit(text) for text in numbers], b"]>>")
        root = b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>"
        told = root % (self.numbers[id(self.root)], self.parents, len(numbers))
        yield self.tree, _fit(told)


def _nodes(node: Node) -> Iterator[Node]:
    """A node and all below it, in reading order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [kid for kid in reversed(node.kids) if isinstance(kid, Node)]


def _places(root: Node) -> Iterator[tuple[Node, SignaturePlace]]:
    """Places to sign in, in reading order, with the node of each."""
    for node in _nodes(root):
        yield from ((node, kid) for kid in node.kids if isinstance(kid, SignaturePlace))


def _in_steps(head: bytes, items: Sequence[bytes], tail: bytes) -> bytes:
    """A long text whose parts begin at steps."""
    return b"".join(map(_fit, (head, *items, tail)))


def _fit(text: bytes) -> bytes:
    """A text with spaces after it, up to whole steps."""
    return text.ljust(-(-len(text) // STEP) * STEP)


def _plain(value: str | int) -> object:
    """An attribute's value as the file writes it."""
    if isinstance(value, int):
        return value
    return Name(value) if value.startswith("/") else String(value)
