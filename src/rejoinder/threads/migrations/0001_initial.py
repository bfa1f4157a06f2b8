import django.db.models.deletion
import django.utils.timezone
import rejoinder.threads.fields
import rejoinder.threads.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('boards', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=rejoinder.threads.models.new_public_id, max_length=12, unique=True)),
                ('message_id', models.CharField(max_length=250, unique=True)),
                ('opens', rejoinder.threads.fields.BytewiseField()),
                ('closes', rejoinder.threads.fields.BytewiseField()),
                ('depth', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('v', 'visible'), ('h', 'held'), ('r', 'removed by a moderator'), ('w', 'withdrawn by its author'), ('m', 'missing')], default='v', max_length=1)),
                ('author_name', models.CharField(blank=True, max_length=120)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('echoes_parent', models.BooleanField(default=False)),
                ('first_line', models.CharField(blank=True, max_length=200)),
                ('has_text', models.BooleanField(default=False)),
                ('posted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_at', models.DateTimeField(null=True)),
                ('edits_count', models.PositiveIntegerField(default=0)),
                ('responses_count', models.PositiveIntegerField(default=0)),
                ('is_drawn', models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(models.Q(('state', 'v'), models.Q(('responses_count__gt', 0), ('state__in', ('h', 'r', 'w', 'm'))), _connector='OR'), output_field=models.BooleanField()), output_field=models.BooleanField())),
                ('came_by', models.CharField(default='web', max_length=20)),
                ('submission', models.CharField(max_length=80, null=True, unique=True)),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('board', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='boards.board')),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='threads.post')),
            ],
        ),
        migrations.CreateModel(
            name='PostText',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='text', serialize=False, to='threads.post')),
                ('source', models.TextField(blank=True)),
                ('markup', models.CharField(default='markdown', max_length=10)),
                ('html', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BoardTally',
            fields=[
                ('board', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='tally', serialize=False, to='boards.board')),
                ('last_number', models.PositiveBigIntegerField(default=0)),
                ('posts_count', models.PositiveIntegerField(default=0)),
                ('threads_count', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField(null=True)),
                ('last_post', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='threads.post')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=998, unique=True)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='threads.post')),
            ],
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('posts_count', models.PositiveIntegerField(default=0)),
                ('is_shown', models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(models.Q(('posts_count__gt', 0)), output_field=models.BooleanField()), output_field=models.BooleanField())),
                ('is_locked', models.BooleanField(default=False)),
                ('is_pinned', models.BooleanField(default=False)),
                ('pinned_until', models.DateTimeField(null=True)),
                ('slow_seconds', models.PositiveIntegerField(default=0)),
                ('slow_until', models.DateTimeField(null=True)),
                ('wants_relabel', models.BooleanField(default=False)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='boards.board')),
                ('last_post', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='threads.post')),
                ('root', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='thread_rooted_here', to='threads.post')),
            ],
        ),
        migrations.AddField(
            model_name='post',
            name='thread',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='threads.thread'),
        ),
        migrations.CreateModel(
            name='Numbering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField()),
                ('board', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='boards.board')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='numberings', to='threads.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('board', 'number'), name='threads_number_once'), models.UniqueConstraint(fields=('post', 'board'), name='threads_post_numbered_once')],
            },
        ),
        migrations.CreateModel(
            name='Awaited',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=998)),
                ('board', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='boards.board')),
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='awaited', to='threads.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('board', 'message_id'), name='threads_awaited_once_per_board')],
            },
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('wants_relabel', True)), fields=['id'], name='threads_to_relabel'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(condition=models.Q(('is_pinned', True)), fields=['board', 'is_shown', 'is_pinned', 'started_at', 'id'], name='threads_pinned'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['board', 'is_shown', 'started_at', 'id'], name='threads_by_start'),
        ),
        migrations.AddIndex(
            model_name='thread',
            index=models.Index(fields=['board', 'is_shown', 'last_at', 'id'], name='threads_by_last_post'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['thread', 'is_drawn', 'opens'], name='posts_in_outline_order'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['thread', 'state', 'posted_at', 'id'], name='posts_of_thread_by_time'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['parent', 'posted_at', 'id'], name='posts_by_parent'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['board', 'state', 'posted_at', 'id'], name='posts_of_board_by_time'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['state', 'posted_at', 'id'], name='posts_by_time'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['author', 'state', 'posted_at', 'id'], name='posts_of_author'),
        ),
    ]
