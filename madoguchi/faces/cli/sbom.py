"""`mado sbom`: what this software is made of, as CycloneDX, for whoever has to tell it to an auditor or a scanner."""

from __future__ import annotations

import hashlib
import uuid
from importlib.metadata import version
from typing import Any

import click

from . import locked
from .prepare import wake_django
from .say import Stop

OURS = "madoguchi"


@click.command(short_help="the packages it is made of, as CycloneDX JSON")
@click.option("--dev", is_flag=True, help="With what builders need besides.")
def sbom(dev: bool) -> None:
    """Print the software bill of materials: every locked package with version, file hashes, licence, who needs it."""
    wake_django()
    try:
        found = locked.read("dev" if dev else "app")
    except OSError as error:
        raise Stop(f"{error.filename} がありません。 There is no lock file.") from error
    click.echo(bill(found))


def bill(packages: list[locked.Locked]) -> str:
    """The bill as text. The same lock gives the same serial number."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    from madoguchi.kernel import clock

    us = Component(name=OURS, type=ComponentType.APPLICATION, bom_ref=OURS, version=_our_version())
    parts = {f"{one.name}@{one.version}": _component(one) for one in packages}
    digest = hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
    bom = Bom(components=parts.values(), serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{OURS}:{digest}"))
    bom.metadata.component, bom.metadata.timestamp = us, clock.now()
    bom.metadata.tools.components.add(
        Component(name="cyclonedx-python-lib", version=version("cyclonedx-python-lib"))
    )
    _depend(bom, us, packages, parts)
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)


def _our_version() -> str:
    import tomllib

    said: dict[str, Any] = tomllib.loads((locked.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(said.get("project", {}).get("version", "0"))


def _component(one: locked.Locked) -> Any:
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.component import Component
    from packageurl import PackageURL

    name = locked.licence(one.name)
    return Component(
        name=one.name,
        version=one.version,
        bom_ref=f"{one.name}@{one.version}",
        purl=PackageURL("pypi", name=one.name, version=one.version),
        # One for each file the lock accepts: a wheel for each platform, and the source.
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in one.hashes],
        licenses=[LicenseFactory().make_from_string(name)] if name else [],
        properties=[Property(name="madoguchi:only_where", value=one.marker)] if one.marker else [],
    )


def _depend(bom: Any, us: Any, packages: list[locked.Locked], parts: dict[str, Any]) -> None:
    """Who needs whom, as the lock's own comments say."""
    by_name: dict[str, list[Any]] = {}
    for one in packages:
        by_name.setdefault(one.name, []).append(parts[f"{one.name}@{one.version}"])
    needs: dict[int, tuple[Any, list[Any]]] = {}
    for one in packages:
        part = parts[f"{one.name}@{one.version}"]
        for by in one.needed_by:
            owners = [us] if by.startswith(("-r ", "-c ")) else by_name.get(locked.normal(by), [])
            for owner in owners:
                needs.setdefault(id(owner), (owner, []))[1].append(part)
    for owner, needed in needs.values():
        bom.register_dependency(owner, needed)
