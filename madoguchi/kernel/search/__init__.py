"""One index of what can be found, and who may find it. Engines put things in; the faces' search boxes ask.

Never put what is sealed or hidden (秘匿) in here: this index is readable text.
"""

from typing import TYPE_CHECKING

from ..doors import door

if TYPE_CHECKING:
    from .finding import Hit, find
    from .index import Found, keep_only, put, rebuild, register, remove
    from .pages import put_page

__all__ = ["Found", "Hit", "find", "keep_only", "put", "put_page", "rebuild", "register", "remove"]
__getattr__ = door(
    __name__, finding="Hit find", index="Found keep_only put rebuild register remove", pages="put_page"
)
