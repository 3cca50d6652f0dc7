"""Images and models from outside: let in when every byte is signed and of an allowed format, refused otherwise."""

import base64
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from cloister.core.errors import CloisterError, IntegrityFailure
from cloister.crypto import openssf
from cloister.operations.images import AdmitImage, ImageWish
from cloister.operations.import_model import ImportModel, ImportWish
from cloister.records import Image, ImportedModel

NAME = "registry.example/training"
PICKLE = b"\x80\x04cposix\nsystem\n(X\x02\x00\x00\x00idtR."


def pems(seed=11):
    key = ec.derive_private_key(seed, ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private, key.public_key().public_bytes(serialization.Encoding.PEM, form)


def tensors() -> bytes:
    from safetensors.numpy import save

    return save({"w": np.arange(6, dtype=np.float32)})


def signed_model(folder: Path, files=None, key=11) -> Path:
    folder.mkdir(parents=True)
    contents = files or {"model.safetensors": tensors(), "config.json": b'{"layers": 1}'}
    for name, raw in contents.items():
        (folder / name).write_bytes(raw)
    digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in contents.items()}
    (folder / "model.sig").write_bytes(openssf.sign_model("m", digests, pems(key)[0]))
    (folder.parent / "key.pem").write_bytes(pems()[1])
    return folder


def wish(folder, name="foundation"):
    return ImportWish(folder, name, folder.parent / "key.pem")


def test_a_signed_model_of_allowed_formats_is_imported(small, tmp_path):
    made = small.run(ImportModel(), wish(signed_model(tmp_path / "m")), "engineer")
    assert made.formats == {"model.safetensors": "safetensors", "config.json": "json"}
    stored = small.home / "files" / "imports" / made.id / "model" / "model.safetensors"
    assert stored.read_bytes() == tensors()
    assert small.events()[-1].facts["statement"] == made.statement
    with pytest.raises(CloisterError, match="already"):
        small.run(ImportModel(), wish(tmp_path / "m"), "engineer")


def unsigned(folder):
    (folder / "model.sig").unlink()


def altered(folder):
    raw = bytearray((folder / "model.safetensors").read_bytes())
    raw[-1] ^= 1
    (folder / "model.safetensors").write_bytes(raw)


def extra_file(folder):
    (folder / "tokenizer.json").write_bytes(b"{}")


def removed_file(folder):
    (folder / "config.json").unlink()


def link(folder):
    (folder / "weights.safetensors").symlink_to("/etc/hostname")


def linked_folder(folder):
    (folder / "more").symlink_to("/etc")


def hidden(folder):
    (folder / ".gitattributes").write_bytes(b"x")


def fifo(folder):
    os.mkfifo(folder / "pipe")


def another_key(folder):
    (folder.parent / "key.pem").write_bytes(pems(12)[1])


def broken_signature(folder):
    (folder / "model.sig").write_bytes(b"{}")


def no_key(folder):
    (folder.parent / "key.pem").write_bytes(b"not a key")


FAULTS = (unsigned, altered, extra_file, removed_file, link, linked_folder, hidden, fifo, another_key, broken_signature,
          no_key)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_whatever_is_not_as_it_was_signed_is_refused(small, tmp_path, fault):
    folder = signed_model(tmp_path / "m")
    fault(folder)
    refused(small, folder)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("model.pkl", PICKLE),
        ("model.safetensors", PICKLE),  # told by its content, not by its name
        ("model.joblib", b"\x80\x05\x95" + b"0" * 30),
        ("model.bin", bytes(range(190, 254))),
        ("model.h5", b"\x89HDF\r\n\x1a\n" + b"0" * 64),
        ("model.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }" + b"\x80\x04."),
        ("model.pt", b"PK\x03\x04" + b"0" * 40),
        ("empty.json", b""),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_signed_file_of_another_format_is_refused_all_the_same(small, tmp_path, name, raw):
    refused(small, signed_model(tmp_path / "m", {name: raw, "config.json": b"{}"}))


def refused(small, folder):
    with pytest.raises(CloisterError) as caught:
        small.run(ImportModel(), wish(folder), "engineer")
    assert "\n" not in caught.value.line()
    assert not small.app.log.store.view().find(ImportedModel)
    assert not list((small.home / "files").rglob("imports/*/*"))


# Images


def layout(folder: Path, *, tamper=None, key=11, name=NAME, drop_signature=False) -> str:
    """An OCI layout as ``cosign save`` writes it; returns the reference."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(raw: bytes) -> str:
        digest = hashlib.sha256(raw).hexdigest()
        (blobs / digest).write_bytes(raw)
        return f"sha256:{digest}"

    manifest = json.dumps({"schemaVersion": 2, "layers": []}).encode()
    digest = put(manifest)
    identity = {"docker-reference": name}
    critical = {
        "identity": identity,
        "image": {"docker-manifest-digest": digest},
        "type": "cosign container image signature",
    }
    payload = json.dumps({"critical": critical, "optional": None}).encode()
    signer = ec.derive_private_key(key, ec.SECP256R1())
    signature = base64.b64encode(signer.sign(payload, ec.ECDSA(SHA256()))).decode()
    layer = {"digest": put(payload), "annotations": {"dev.cosignproject.cosign/signature": signature}}
    signed = put(json.dumps({"layers": [layer]}).encode())
    entries = [{"digest": digest}]
    if not drop_signature:
        tag = {"org.opencontainers.image.ref.name": f"{NAME}:{digest.replace(':', '-')}.sig"}
        entries.append({"digest": signed, "annotations": tag})
    (folder / "index.json").write_text(json.dumps({"manifests": entries}))
    (folder.parent / "cosign.pub").write_bytes(pems()[1])
    if tamper is not None:
        tamper(folder, blobs / digest.removeprefix("sha256:"))
    return f"{NAME}@{digest}"


def test_a_signed_image_is_admitted_and_verified_without_an_environment(small, tmp_path, capsys):
    from cloister.cli.main import run

    reference = layout(tmp_path / "image")
    made = small.run(AdmitImage(), ImageWish(reference, tmp_path / "image", tmp_path / "cosign.pub"), "steward")
    assert made.name == reference and small.events()[-1].facts["digest"] == made.digest
    code = run(
        ["image", "verify", reference, "--layout", str(tmp_path / "image"), "--key", str(tmp_path / "cosign.pub")]
    )
    assert code == 0 and "holds" in capsys.readouterr().out


def grown(folder, blob):
    blob.write_bytes(blob.read_bytes() + b" ")


def no_index(folder, blob):
    (folder / "index.json").unlink()


def bad_index(folder, blob):
    (folder / "index.json").write_text("[")


def odd_index(folder, blob):
    (folder / "index.json").write_text('{"manifests": ["../../etc/passwd"]}')


def climbing(folder, blob):
    (folder / "index.json").write_text('{"manifests": [{"digest": "sha256:../../../etc/passwd", "annotations":'
                                       ' {"kind": "dev.cosignproject.cosign/sigs"}}]}')  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"tamper": grown}, {"tamper": no_index}, {"tamper": bad_index}, {"tamper": odd_index}, {"tamper": climbing},
     {"key": 12}, {"drop_signature": True}, {"name": "registry.example/another"}],
)  # fmt: skip
def test_an_image_that_is_unsigned_or_changed_is_refused(small, tmp_path, changes):
    reference = layout(tmp_path / "image", **changes)
    with pytest.raises(CloisterError) as caught:
        small.run(AdmitImage(), ImageWish(reference, tmp_path / "image", tmp_path / "cosign.pub"), "steward")
    assert "\n" not in caught.value.line()
    assert not small.app.log.store.view().find(Image)


def test_an_image_named_by_tag_is_refused(small, tmp_path):
    layout(tmp_path / "image")
    with pytest.raises(CloisterError, match="by digest"):
        small.run(AdmitImage(), ImageWish(f"{NAME}:latest", tmp_path / "image", tmp_path / "cosign.pub"), "steward")


def test_provenance_names_every_source(ready):
    from cloister.cli.chain_models import ModelChain
    from cloister.core import predicates
    from cloister.crypto import statement

    models = ModelChain(ready.chain)
    job = models.train(ready.grant)
    model = models.evaluate(job)
    models.ask_exceptions(model)
    model = models.register(model, "read")
    view = ready.app.log.store.view()
    found = statement.verify(view.blob(model.provenance), [ready.app._world.signer.verify_key], predicates.PROVENANCE)
    assert dict(found.subjects) == dict(job.files)
    build = found.predicate["buildDefinition"]
    told = {item.get("uri") for item in build["resolvedDependencies"]}
    assert (
        f"urn:cloister:delivery:{ready.raw.deliveries[0]}" in told and f"urn:cloister:version:{ready.safe.id}" in told
    )
    assert any(str(uri).startswith("pkg:pypi/lightgbm@") for uri in told)
    assert (
        found.predicate["runDetails"]["metadata"]["startedOn"] < found.predicate["runDetails"]["metadata"]["finishedOn"]
    )


def test_refusals_name_the_fault(small, tmp_path):
    folder = signed_model(tmp_path / "m", {"model.pkl": PICKLE})
    with pytest.raises(IntegrityFailure, match="pickle"):
        small.run(ImportModel(), wish(folder), "engineer")
