from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "rejoinder.web"
    label = "web"

    def ready(self) -> None:
        from rejoinder.web import stash
        from rejoinder.web.accounts import signals  # noqa: F401 - its receivers connect themselves

        stash.register_drafts()
