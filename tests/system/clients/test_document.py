# SPDX-License-Identifier: Apache-2.0
"""docs/clients.md says what the tests say."""
import pathlib

from . import document


def test_the_page_is_what_the_tests_know():
    page = pathlib.Path(__file__).resolve().parents[3] / 'docs' / 'clients.md'
    assert page.read_text() == document.text(), 'python -m tests.system.clients.document > docs/clients.md'


def test_every_program_is_in_it():
    here = pathlib.Path(__file__).parent
    written = {path.stem.removeprefix('test_') for path in here.glob('test_*.py') if '\nSYSTEM = ' in path.read_text()}
    assert written == set(document.PROGRAMS)
