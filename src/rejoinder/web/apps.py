from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "rejoinder.web"
    label = "web"

    def ready(self) -> None:
        from rejoinder.web import stash

        # Their receivers connect themselves.
        from rejoinder.web.accounts import security_events, signals  # noqa: F401

        stash.register_drafts()
