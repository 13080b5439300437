"""docker-compose.yml, Dockerfile and dotenv-sample name only what exists; no engine needed."""

import importlib.util
import re
import shlex
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from core.schedule import PROMPT_QUEUE
from labelhub.celery import app
from labelhub.embedded import application
from labelhub.embedded.paths import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = ["setup", "web", "worker", "prompt", "beat"]
# The port inside the container and the address outside are not read by our code.
ONLY_COMPOSE = {"POSTGRES_PASSWORD", "BIND_ADDRESS"}
# Set by tools, not by people.
NOT_FOR_PEOPLE = {
    "DJANGO_SETTINGS_MODULE",
    "PYTEST_XDIST_WORKER",
    "LABELHUB_TEST_STATE_DIR",
    "PLAYWRIGHT_NODEJS_PATH",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "PATH",
}


def sample_variables() -> set[str]:
    text = (ROOT / "dotenv-sample").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


def read_by_code() -> set[str]:
    files = [
        ROOT / "labelhub/settings.py",
        *(ROOT / "labelhub/embedded").glob("*.py"),
        *(ROOT / "tools").glob("*.py"),
        *(ROOT / "tests").glob("*.py"),
    ]
    read = r"""(?:env(?:\.\w+)?\(|environ\.get\(|environ\[)\s*["']([A-Z_]+)["']"""
    return {name for file in files for name in re.findall(read, file.read_text(encoding="utf-8"))}


def dockerfile_command() -> list[str]:
    (found,) = re.findall(r"^CMD (\[.*?\])", DOCKERFILE, re.MULTILINE | re.DOTALL)
    return yaml.safe_load(found.replace("\\\n", ""))


def commands() -> dict[str, list[str]]:
    found = {name: COMPOSE["services"][name].get("command") for name in OURS}
    return {name: command or dockerfile_command() for name, command in found.items()}


def test_compose_has_the_six_services_and_the_setup():
    assert set(COMPOSE["services"]) == {"postgres", "redis", *OURS}


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "worker", "prompt", "beat"])
def test_compose_service_that_stays_has_a_health_check(name):
    assert COMPOSE["services"][name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", ["worker", "web"])
def test_compose_service_that_scales_has_no_fixed_name(name):
    assert "container_name" not in COMPOSE["services"][name]
    assert "hostname" not in COMPOSE["services"][name]


@pytest.mark.parametrize("name", ["worker", "prompt"])
def test_compose_worker_publishes_no_port(name):
    assert "ports" not in COMPOSE["services"][name]


def test_compose_prompt_worker_takes_what_is_sent_to_its_queue():
    """Else what keeps the product current would never be done."""
    command = COMPOSE["services"]["prompt"]["command"]
    assert command[command.index("--queues") + 1] == PROMPT_QUEUE
    assert {route["queue"] for route in app.conf.task_routes.values()} == {PROMPT_QUEUE}
    assert "--queues" not in COMPOSE["services"]["worker"]["command"]
    assert app.conf.task_default_queue != PROMPT_QUEUE


def test_compose_variables_are_all_in_the_sample():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= sample_variables()


def test_compose_secrets_have_no_default():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        uses = re.findall(rf"\$\{{{name}(.*?)\}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses)


@pytest.mark.parametrize("name", OURS)
def test_compose_environment_is_read_by_the_code(name):
    assert set(COMPOSE["services"][name]["environment"]) <= read_by_code()


@pytest.mark.parametrize("name", OURS)
def test_compose_service_of_ours_drops_all_privileges(name):
    service = COMPOSE["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", OURS)
def test_compose_dependencies_exist(name):
    assert set(COMPOSE["services"][name]["depends_on"]) <= set(COMPOSE["services"])


def test_compose_volumes_are_declared():
    used = {
        volume.partition(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])


def test_compose_port_is_the_one_the_web_server_binds():
    (port,) = COMPOSE["services"]["web"]["ports"]
    inside = port.rpartition(":")[2]
    assert f"0.0.0.0:{inside}" in dockerfile_command()
    assert f"EXPOSE {inside}" in DOCKERFILE
    assert f"127.0.0.1:{inside}/" in " ".join(COMPOSE["services"]["web"]["healthcheck"]["test"])


def test_compose_commands_name_modules_that_exist():
    for command in commands().values():
        words = shlex.split(command[-1]) if command[0] == "sh" else command
        for module in ("labelhub.celery", "labelhub.wsgi"):
            if any(word.startswith(module) for word in words):
                assert importlib.util.find_spec(module) is not None
        for program in words[:1]:
            assert Path(sys.executable).with_name(program).exists() or program == "sh"


def test_compose_management_commands_exist():
    script = commands()["setup"][-1]
    named = re.findall(r"manage\.py (\w+)", script + DOCKERFILE)
    assert {"migrate", "prepare_instance", "collectstatic"} == set(named)
    ours = {file.stem for file in ROOT.glob("*/management/commands/*.py")}
    assert set(named) - {"migrate", "collectstatic"} <= ours


def test_compose_options_of_the_programs_are_those_of_the_single_machine():
    """What is tried by every `make run` is what a server runs."""
    programs = [
        application.worker({}),
        application.prompt({}),
        application.web({}, 8000),
        application.beat({}),
    ]
    local = {program.name: list(program.command) for program in programs}
    for name, command in commands().items():
        if name != "setup":
            flags = {word.partition("=")[0] for word in command if word.startswith("--")}
            known = {word.partition("=")[0] for word in local[name] if word.startswith("--")}
            assert flags <= known | {"--worker-tmp-dir"}
    assert "labelhub.wsgi:application" in local["web"]
    assert "labelhub.celery" in local["worker"]
    assert commands()["prompt"][-2:] == ["--loglevel", "WARNING"]
    assert local["prompt"][local["prompt"].index("--pool") + 1] == "solo"


def test_dockerfile_ends_as_a_plain_user():
    users = re.findall(r"^USER (\w+)", DOCKERFILE, re.MULTILINE)
    assert users == ["labelhub"]
    assert DOCKERFILE.index("USER labelhub") < DOCKERFILE.index("\nCMD")
    assert "useradd --system --uid 10001" in DOCKERFILE


def test_dockerfile_python_is_one_that_labelhub_supports():
    (version,) = re.findall(r"^FROM python:(\d+\.\d+)", DOCKERFILE, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f">={version}" == project["requires-python"]


def test_dockerignore_lets_every_app_into_the_image():
    kept = set(re.findall(r"^!([\w.]+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    apps = {file.parent.name for file in ROOT.glob("*/apps.py")}
    assert apps <= kept
    assert {"labelhub", "templates", "static", "locale", "manage.py", "requirements.lock"} <= kept
    assert all((ROOT / name).exists() for name in kept)


def test_dotenv_sample_names_what_the_code_reads_and_nothing_else():
    assert sample_variables() - ONLY_COMPOSE == read_by_code() - NOT_FOR_PEOPLE


def test_dotenv_sample_sets_no_secret():
    text = (ROOT / "dotenv-sample").read_text(encoding="utf-8")
    assert re.findall(r"^[A-Z_]+=", text, re.MULTILINE) == []
    assert re.search(r"^#SECRET_KEY=$", text, re.MULTILINE)
