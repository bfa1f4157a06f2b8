from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EventsConfig(AppConfig):
    name = "rejoinder.events"
    label = "events"

    def ready(self) -> None:
        from rejoinder.events import triggers

        post_migrate.connect(triggers.install_after_migrating, sender=self)
