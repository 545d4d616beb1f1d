"""What an exported file says of itself: that it is synthetic, and, as its maker wishes, by what and how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

import msgspec

from engine import VERSION
from engine.document import Document
from engine.products import Privacy

SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"  # a photo with synthetic parts
NAMESPACE = "https://layfigure.invalid/1.0/"  # a name, not an address
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:layfigure="{namespace}">{elements}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class Marking:
    """The elements of a file's XMP packet. An empty one is left out; that it is synthetic is always said."""

    tool: str = ""
    generator: str = ""
    recipe: str = ""  # the document as JSON, without its arrays

    @classmethod
    def of(cls, document: Document, privacy: Privacy) -> Marking:
        if privacy == "none":
            return cls()
        recipe = msgspec.json.encode(document).decode() if privacy == "recipe" else ""
        return cls(f"Layfigure {VERSION}", document.generator, recipe)

    def without_recipe(self) -> Marking:
        return Marking(self.tool, self.generator)

    def xmp(self) -> bytes:
        said = {
            "xmp:CreatorTool": self.tool,
            "Iptc4xmpExt:DigitalSourceType": SYNTHETIC,
            "layfigure:generator": self.generator,
            "layfigure:recipe": self.recipe,
        }
        elements = "".join(f"\n   <{name}>{escape(text)}</{name}>" for name, text in said.items() if text)
        return _XMP.format(namespace=NAMESPACE, elements=elements).encode()
