import django.db.models.deletion
import django.utils.timezone
import functools
import rejoinder.boards.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('boards', '0001_initial'),
        ('threads', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReasonTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('text', models.TextField(verbose_name='what the author is told')),
                ('rule', models.CharField(blank=True, max_length=300, verbose_name='rule')),
                ('is_by_law', models.BooleanField(default=False)),
                ('position', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RuleSettings',
            fields=[
                ('rule', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('is_on', models.BooleanField()),
                ('verdict', models.PositiveSmallIntegerField(null=True)),
                ('exempt_from', models.PositiveSmallIntegerField(null=True)),
                ('chosen', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='TextPrint',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='threads.post')),
                ('at', models.DateTimeField(db_index=True)),
                ('sketch', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Deed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(rejoinder.boards.models.random_name, *(12,), **{}), max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('approve', 'approved'), ('remove', 'removed'), ('restore', 'restored'), ('hold', 'held'), ('edit', 'edited'), ('move', 'moved to another board'), ('split', 'split off as a thread of its own'), ('merge', 'merged into another thread'), ('rehang', 'hung below another post'), ('lock', 'locked'), ('unlock', 'unlocked'), ('pin', 'pinned'), ('unpin', 'unpinned'), ('slow', 'slowed down'), ('unslow', 'no longer slowed down'), ('warn', 'warned'), ('silence', 'silenced'), ('unsilence', 'no longer silenced'), ('suspend', 'suspended'), ('unsuspend', 'no longer suspended'), ('ban', 'banned'), ('ban-addresses', 'addresses banned'), ('unban-addresses', 'addresses no longer banned'), ('end-sessions', 'sessions ended'), ('dismiss', 'appeal dismissed'), ('undo', 'undone')], max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('role', models.CharField(choices=[('moderator', 'a moderator'), ('administrator', 'an administrator'), ('trusted', 'a trusted member'), ('system', 'the server itself')], max_length=20)),
                ('scope', models.CharField(choices=[('post', 'this post alone'), ('branch', 'this post and all that hangs below it'), ('member', 'all that its author wrote'), ('chosen', 'the chosen posts')], default='post', max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('rule', models.CharField(blank=True, max_length=300)),
                ('is_by_law', models.BooleanField(default=False)),
                ('details', models.JSONField(default=dict)),
                ('is_public', models.BooleanField(default=True)),
                ('board', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='boards.board')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_board', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='boards.board')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deeds', to='threads.post')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='threads.thread')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='moderation.deed')),
            ],
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=functools.partial(rejoinder.boards.models.random_name, *(12,), **{}), max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('reported', 'reported'), ('held', 'held'), ('first', 'first post of a new member'), ('appeal', 'appeal')], max_length=10)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='threads.post')),
                ('verdict', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='moderation.deed')),
            ],
        ),
        migrations.CreateModel(
            name='DeedPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.CharField(choices=[('v', 'visible'), ('h', 'held'), ('r', 'removed by a moderator'), ('w', 'withdrawn by its author'), ('m', 'missing')], max_length=1)),
                ('after', models.CharField(choices=[('v', 'visible'), ('h', 'held'), ('r', 'removed by a moderator'), ('w', 'withdrawn by its author'), ('m', 'missing')], max_length=1)),
                ('deed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='moderation.deed')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='threads.post')),
            ],
        ),
        migrations.CreateModel(
            name='Firing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40)),
                ('verdict', models.PositiveSmallIntegerField(choices=[(0, 'pass'), (1, 'flag'), (2, 'hold'), (3, 'refuse')])),
                ('explanation', models.TextField()),
                ('message', models.TextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='boards.board')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='firings', to='threads.post')),
            ],
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=functools.partial(rejoinder.boards.models.random_name, *(28,), **{}), max_length=28, unique=True)),
                ('address', models.CharField(blank=True, max_length=50)),
                ('reason', models.CharField(choices=[('spam', 'Spam or advertising'), ('abuse', 'Insults, threats or hate'), ('illegal', 'Illegal content'), ('personal', 'Somebody’s personal data'), ('off-topic', 'On the wrong board, or off its topic'), ('other', 'Something else')], max_length=10)),
                ('words', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='moderation.case')),
            ],
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=functools.partial(rejoinder.boards.models.random_name, *(28,), **{}), max_length=28, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('posts_count', models.PositiveIntegerField(default=0)),
                ('quoted', models.JSONField(default=list)),
                ('until', models.DateTimeField(null=True)),
                ('was_reported', models.BooleanField(default=False)),
                ('was_found_by_rule', models.BooleanField(default=False)),
                ('appealed_at', models.DateTimeField(null=True)),
                ('appeal', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('was_upheld', models.BooleanField(null=True)),
                ('decision', models.TextField(blank=True)),
                ('deed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='moderation.deed')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_read', models.BooleanField(default=False)),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='moderation.report')),
                ('statement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='moderation.statement')),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='statement',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='case', to='moderation.statement'),
        ),
        migrations.CreateModel(
            name='PrintMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('print_of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='moderation.textprint')),
            ],
        ),
        migrations.AddIndex(
            model_name='deed',
            index=models.Index(fields=['at', 'id'], name='moderation_log_by_time'),
        ),
        migrations.AddConstraint(
            model_name='deedpost',
            constraint=models.UniqueConstraint(fields=('deed', 'post'), name='moderation_post_once_per_deed'),
        ),
        migrations.AddIndex(
            model_name='firing',
            index=models.Index(condition=models.Q(('post', None)), fields=['at'], name='moderation_refusals'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('case', 'by'), name='moderation_reported_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('deed', 'member'), name='moderation_stated_once'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['member', 'at', 'id'], name='moderation_notices'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['opened_at', 'id'], name='moderation_open_cases'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), models.Q(('kind', 'appeal'), _negated=True)), fields=('post', 'kind'), name='moderation_one_open_case'),
        ),
        migrations.AddIndex(
            model_name='printmark',
            index=models.Index(fields=['mark', 'at'], name='moderation_print_marks'),
        ),
    ]
