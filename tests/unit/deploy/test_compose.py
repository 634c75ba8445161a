"""docker-compose.yml and deploy/Dockerfile: no engine runs here, so what they name is looked up."""

import importlib
import importlib.util
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import AliasChoices

from deploy.local import databases, keys

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?:(:[?-])([^}]*))?\}")
OURS = {"scoring": 8001, "practices": 8002, "survey": 8003, "gateway": 8000}
SETUPS = [f"{service}-setup" for service in databases.SERVICES]


def env_example():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return dict(pairs)


def words(name):
    """The command of a service as words, a shell line taken apart."""
    command = SERVICES[name]["command"]
    return command[2].split() if command[:2] == ["sh", "-c"] else command


def python_modules(name):
    command = words(name)
    return [command[i + 1] for i, word in enumerate(command) if word == "-m"]


def test_every_variable_is_explained_and_every_secret_is_required():
    found = VARIABLE.findall(TEXT)
    assert {name for name, _, _ in found} == set(env_example())
    for name, operator, rest in found:
        if "PASSWORD" in name or "KEY" in name:
            assert operator == ":?", f"{name} must have no default"
            assert name in rest, "the message names the variable"
            assert env_example()[name] == "", "no secret value is shipped"
        else:
            assert operator == ":-"


def test_every_dollar_sign_is_a_variable_with_braces():
    assert TEXT.count("$") == len(VARIABLE.findall(TEXT))


@pytest.mark.parametrize("name", [*OURS, "worker", "keys", "roles", *SETUPS])
def test_our_images_are_built_from_a_target_that_exists(name):
    build = SERVICES[name]["build"]
    dockerfile = ROOT / build["context"] / build["dockerfile"]
    stages = re.findall(r"^FROM \S+ AS (\w+)$", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
    assert build["target"] in stages


@pytest.mark.parametrize("name", [*OURS, "worker", "keys", "roles", *SETUPS])
def test_every_command_names_modules_that_exist(name):
    modules = python_modules(name)
    assert modules
    for module in modules:
        spec = importlib.util.find_spec(module)
        assert spec is not None, module
        if spec.submodule_search_locations:
            assert importlib.util.find_spec(f"{module}.__main__"), f"{module} cannot be run"


@pytest.mark.parametrize("name", SETUPS)
def test_migrations_are_in_the_image_where_the_command_looks_for_them(name):
    folder = f"{words(name)[3]}/migrations"
    assert (ROOT / folder / "env.py").exists()
    assert f"COPY {folder} {folder}" in DOCKERFILE


def known_variables(package):
    """Every variable the service's settings read, prefixed or shared."""
    settings = importlib.import_module(f"{package}.settings").Settings
    prefix = settings.model_config["env_prefix"]
    known = set()
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
        known |= {str(choice) for choice in choices if choice} or {f"{prefix}{name}".upper()}
    return known


@pytest.mark.parametrize("name", [*OURS, "worker", *SETUPS])
def test_every_variable_of_a_service_is_one_of_its_settings(name):
    package = "practices" if name == "worker" else name.removesuffix("-setup")
    owner = {f"{package.upper()}_OWNER_URL"} if name in SETUPS else set()
    assert set(SERVICES[name]["environment"]) <= known_variables(package) | owner


def test_the_roles_get_the_passwords_they_ask_for():
    given = {**SERVICES["roles"]["environment"]}
    assert given.pop("SUPERUSER_URL").endswith("@postgres:5432/postgres")
    assert set(given) == {f"{role.upper()}_PASSWORD" for role in databases.role_names()}


@pytest.mark.parametrize("name", [*OURS, "worker", *SETUPS])
def test_addresses_lead_to_a_service_and_the_port_it_listens_on(name):
    listening = {**OURS, "postgres": 5432, "meilisearch": 7700}
    for value in SERVICES[name]["environment"].values():
        if "://" not in value or value.startswith("${"):
            continue
        place = urlsplit(VARIABLE.sub("x", value))
        assert listening[place.hostname] == place.port
        if place.hostname == "postgres":
            service = name.removesuffix("-setup").replace("worker", "practices")
            assert place.path == f"/{service}"
            assert place.username in (f"{service}_owner", f"{service}_app")


@pytest.mark.parametrize(("name", "port"), OURS.items())
def test_each_service_listens_where_it_is_asked_for_its_health(name, port):
    service = SERVICES[name]
    assert service["environment"][f"{name.upper()}_PORT"] == str(port)
    assert service["environment"][f"{name.upper()}_HOST"] == "0.0.0.0"
    assert service["healthcheck"]["test"][-1] == f"http://127.0.0.1:{port}/readyz"
    assert re.search(rf"^EXPOSE .*\b{port}\b", DOCKERFILE, re.MULTILINE)


def test_the_worker_is_asked_for_its_health_on_its_own_port():
    worker = SERVICES["worker"]
    port = worker["environment"]["PRACTICES_METRICS_PORT"]
    assert worker["healthcheck"]["test"][-1] == f"http://127.0.0.1:{port}/readyz"


def test_only_the_gateway_is_open_to_the_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["gateway"]
    assert SERVICES["gateway"]["ports"] == ["${PORT:-8000}:8000"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists_and_can_come_true(name):
    for other, need in SERVICES[name].get("depends_on", {}).items():
        once = SERVICES[other].get("restart") == "no"
        expected = "service_completed_successfully" if once else "service_healthy"
        assert need["condition"] == expected
        assert once or "healthcheck" in SERVICES[other]


@pytest.mark.parametrize("name", SERVICES)
def test_what_serves_is_watched(name):
    assert ("healthcheck" in SERVICES[name]) == (SERVICES[name]["restart"] != "no")


@pytest.mark.parametrize("service", databases.SERVICES)
def test_a_service_starts_after_its_migrations(service):
    assert f"{service}-setup" in SERVICES[service]["depends_on"]


def test_volumes_are_declared_and_postgres_18_has_its_own_where_it_looks():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            assert source in COMPOSE["volumes"]
    assert SERVICES["postgres"]["image"].startswith("postgres:18.")
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_each_service_sees_its_own_keys_only_and_under_the_names_they_are_made(name, tmp_path):
    made = keys.ensure(tmp_path)
    service = SERVICES[name]
    mounts = {v["target"]: v["volume"]["subpath"] for v in service["volumes"]}
    assert mounts == {"/keys/own": name, "/keys/public": "public"}
    for variable, value in service["environment"].items():
        if not variable.endswith("_FILE"):
            continue
        target, _, file = value.rpartition("/")
        path = tmp_path / mounts[target] / file
        assert path.exists()
        rings = {made.survey_file, made.releases_file}
        assert path in {made.private_files[name], made.jwks_file, made.people_file} | rings


def test_the_scoring_setup_signs_with_the_key_that_the_service_answers():
    setup, service = SERVICES["scoring-setup"], SERVICES["scoring"]
    for name in ("SCORING_SIGNING_KEY_FILE", "PUBLIC_BASE_URL"):
        assert setup["environment"][name] == service["environment"][name]
    assert setup["volumes"] == service["volumes"]


def test_images_are_pinned():
    images = {service["image"] for service in SERVICES.values()} - {"regin-platform:local"}
    images |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert images
    for image in images:
        assert re.search(r":v?\d+\.\d+", image), image


def test_the_image_copies_what_exists_and_what_the_ignore_file_lets_through():
    allowed = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source.split("/")[0] in allowed


def test_the_image_runs_as_nobody_special():
    runtime = DOCKERFILE.split(" AS runtime", 1)[1]
    user = re.search(r"^USER (\d+):(\d+)$", runtime, re.MULTILINE)
    assert user
    assert "0" not in user.groups()
    # The keys are made by the same user, in a folder that the image gives to it.
    assert f"--owner={user[1]} --group={user[2]} --mode=0700 /keys" in runtime
    assert SERVICES["keys"]["command"][-1] == "/keys"
    assert SERVICES["keys"]["volumes"] == ["keys:/keys"]


def test_hashes_are_required_and_the_uninstalled_packages_are_in_the_lock():
    assert "pip install --require-hashes -r requirements.lock" in DOCKERFILE
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    removed = re.search(r"pip uninstall --yes ((?:.|\\\n)+?)\n(?=COPY)", DOCKERFILE)
    assert removed
    for package in removed[1].replace("\\\n", " ").split():
        assert re.search(rf"^{package}==", lock, re.MULTILINE), package
