"""Accounts in the browser: what django-allauth asks of us, and the forms of its pages.

The pages themselves are the templates in `account/`, `mfa/` and `usersessions/`. Start
reading in `adapter.py`; the settings that name these classes stand in config/settings.py.
"""
