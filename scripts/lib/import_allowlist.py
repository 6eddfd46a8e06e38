"""A contract of import-linter: what a folder may import is listed, and everything else is refused."""

import sys
from typing import override

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AllowlistContract(Contract):
    """Modules of `package` import itself, the standard library and what `allowed` names, and nothing else.

    `allowed` names modules of the root package, with what is below them, and other distributions by their top module.
    """

    type_name = "allowlist"

    package = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField())

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Return every direct import that is not listed."""
        package = str(self.package)
        allowed = (package, *map(str, self.allowed))
        refused = [
            (importer, imported)
            for importer in sorted({package, *graph.find_descendants(package)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported.partition(".")[0] not in sys.stdlib_module_names
            and not any(imported == name or imported.startswith(f"{name}.") for name in allowed)
        ]
        return ContractCheck(kept=not refused, metadata={"refused": refused})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print who imports what."""
        for importer, imported in check.metadata["refused"]:
            output.print_error(f"{importer} is not allowed to import {imported}")
