import socket

import pytest

from deploy.local.errors import LaunchError
from deploy.local.settings import PORTS, ROOT, check_free, read


def test_without_settings_everything_has_its_documented_place():
    settings = read({})
    assert settings.data == ROOT / ".data"
    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert settings.ports == PORTS
    assert settings.host == "127.0.0.1"


def test_an_empty_setting_is_none():
    assert read({"PORT": "", "DATA": "", "MEILI_URL": ""}) == read({})


def test_the_address_follows_the_port():
    assert read({"PORT": "9000"}).public_base_url == "http://127.0.0.1:9000"


def test_the_folder_is_taken_from_the_root_of_the_repository(tmp_path):
    assert read({"DATA": "other"}).data == ROOT / "other"
    assert read({"DATA": str(tmp_path)}).data == tmp_path


@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "80 80", "٨"])
def test_a_port_that_is_none_is_named(value):
    with pytest.raises(LaunchError, match=r"^SURVEY_PORT is "):
        read({"SURVEY_PORT": value})


def test_two_settings_with_one_port_are_both_named():
    with pytest.raises(LaunchError, match="PORT and SCORING_PORT are both 8001"):
        read({"PORT": "8001"})


def test_a_taken_port_is_named_with_its_setting():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LaunchError, match=rf"Port {port} is taken.*SURVEY_PORT"):
            check_free("127.0.0.1", "SURVEY_PORT", port)
    check_free("127.0.0.1", "SURVEY_PORT", port)


def test_an_address_that_is_not_ours_is_named():
    with pytest.raises(LaunchError, match=r"192\.0\.2\.1:8000 \(PORT\)"):
        check_free("192.0.2.1", "PORT", 8000)
