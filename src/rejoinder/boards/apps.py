from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "rejoinder.boards"
    label = "boards"

    def ready(self) -> None:
        from rejoinder.boards import changes, rights

        rights.register()
        changes.register()
