from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "rejoinder.reading"
    label = "reading"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from rejoinder.events import noted
        from rejoinder.events.noted import Noted, seat_of_member_sql
        from rejoinder.members.accounts import register_when_added
        from rejoinder.posts.authored import register_when_authored
        from rejoinder.reading import belongings, keep, rights
        from rejoinder.reading.models import ReadMarks

        rights.register()
        noted.register(Noted(ReadMarks, seat=seat_of_member_sql("member_id")))
        belongings.register_all()
        register_when_added(lambda member: keep.begin(member.pk))
        register_when_authored(keep.read)
        # Who joined before this room was there begins as they come back.
        user_logged_in.connect(keep.begin_at_sign_in, dispatch_uid="reading.begin")
