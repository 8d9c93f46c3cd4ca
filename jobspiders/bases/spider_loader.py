"""Finds spiders without importing them: a command pays for the board that it is about, not for all of them."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from scrapy import Request, Spider
from scrapy.spiderloader import SpiderLoader


class LazySpiderLoader(SpiderLoader):
    """Reads the names out of the sources of SPIDER_MODULES and imports a module when its spider is asked for.

    A module whose classes do not all tell their names literally is imported, as Scrapy's own loader does with
    every module.
    """

    _modules: dict[str, str]

    def _load_all_spiders(self) -> None:
        self._modules = {}
        if self.warn_only:
            # what cannot be imported shall be named at once
            super()._load_all_spiders()
            return
        for package in self.spider_modules:
            for module in _modules_below(package):
                names = spider_names(_source(find_spec(module)))
                if names is None:
                    self._load_spiders(importlib.import_module(module))
                    continue
                for name, class_name in names.items():
                    self._modules[name] = module
                    self._found[name].append((module, class_name))
        self._check_name_duplicates()

    def _load_spiders(self, module: ModuleType) -> None:
        super()._load_spiders(module)
        for name in self._spiders:
            self._modules.setdefault(name, module.__name__)

    def load(self, spider_name: str) -> type[Spider]:
        """The class of a spider; raises KeyError for a name that is not known."""
        if spider_name not in self._spiders and spider_name in self._modules:
            for found in vars(importlib.import_module(self._modules[spider_name])).values():
                if getattr(found, "name", None) == spider_name and _is_spider(found):
                    self._spiders[spider_name] = found
        return super().load(spider_name)

    def list(self) -> list[str]:
        """The names of all spiders."""
        return [*self._modules]

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]  # `list` above
        """The names of the spiders that are for the request's site; imports every spider."""
        return [name for name in self._modules if self.load(name).handles_request(request)]


def spider_names(source: str | None) -> dict[str, str] | None:
    """Names of spiders and of their classes as a module writes them; None where only importing it tells."""
    if source is None:
        return None
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    names: dict[str, str] = {}
    for node in body:
        if not isinstance(node, ast.ClassDef):
            if any(isinstance(inner, ast.ClassDef) for inner in ast.walk(node)):
                return None
            continue
        name = _literal_name(node)
        spider = any("Spider" in ast.unparse(base) for base in node.bases)
        if spider and name is not None:
            names[name] = node.name
        elif spider or (node.bases and name is not None):
            return None
    return names


def _literal_name(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            continue
        if any(isinstance(target, ast.Name) and target.id == "name" for target in targets):
            value = statement.value
            return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
    return None


def _is_spider(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, Spider)


def _modules_below(package: str) -> Iterator[str]:
    """The package and all modules in it, as Scrapy walks them. Raises ImportError."""
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    yield package
    for module in iter_modules(spec.submodule_search_locations or ()):
        name = f"{package}.{module.name}"
        if module.ispkg:
            yield from _modules_below(name)
        else:
            yield name


def _source(spec: ModuleSpec | None) -> str | None:
    """The text of a module, from a file or an egg; None where it has none."""
    read = getattr(spec.loader, "get_source", None) if spec is not None else None
    try:
        return read(spec.name) if read is not None and spec is not None else None
    except (OSError, ImportError):
        return None
