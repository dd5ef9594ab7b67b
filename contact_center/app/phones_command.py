"""The command ``phones``: the part of pjsip.conf that lets browsers be agents' phones."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from contact_center.adapters.phone.server import LineError
from contact_center.app.phones import pjsip_sections
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError
from contact_center.settings import load_settings


def phones_command(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Write the sections to standard output; 1 when settings or center do not do."""
    parser = argparse.ArgumentParser(
        prog="contact-center phones",
        description="Write pjsip.conf's part for phones in browsers; there are passwords in it.",
    )
    parser.add_argument("--settings", type=Path, help="settings file (or CC_SETTINGS)")
    options = parser.parse_args(argv)
    try:
        settings = load_settings(
            os.environ if environment is None else environment, options.settings
        )
        center = load_center_file(settings.center, prompt_files(settings.prompts.files_dir))
        devices = [agent.device for agent in center.configuration.agents.values()]
        text = pjsip_sections(settings.phones, devices)
    except (ContentError, LineError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(text)
    return 0
