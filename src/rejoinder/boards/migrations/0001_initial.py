import django.db.models.deletion
import django.utils.timezone
import rejoinder.boards.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('members', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(default=rejoinder.boards.models.new_label, editable=False, max_length=20)),
                ('title', models.CharField(default='Rejoinder', max_length=100, verbose_name='title')),
                ('welcome', models.TextField(blank=True, verbose_name='welcome text')),
                ('rules', models.TextField(blank=True, verbose_name='rules')),
                ('sign_up', models.CharField(choices=[('open', 'Everyone'), ('approved', 'Everyone, once an administrator has approved'), ('invited', 'Whoever has an invite link'), ('closed', 'Nobody')], default='open', max_length=10)),
                ('sign_up_work', models.PositiveSmallIntegerField(default=0)),
                ('guests_may_report', models.BooleanField(default=True, verbose_name='guests may report posts')),
                ('logo_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('logo_media_type', models.CharField(blank=True, editable=False, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Board',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('is_closed', models.BooleanField(default=False, verbose_name='closed')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('handle', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='board', to='members.handle')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ability', models.CharField(choices=[('read', 'read'), ('start', 'start threads'), ('respond', 'respond'), ('moderate', 'moderate')], max_length=10)),
                ('audience', models.CharField(choices=[('e', 'everyone'), ('m', 'all members'), ('g', 'a group')], max_length=1)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='boards.board')),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('board', 'ability', 'audience', 'group'), name='boards_grant_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('audience', 'g'), ('group__isnull', False)), models.Q(('audience__in', ['e', 'm']), ('group__isnull', True)), _connector='OR'), name='boards_grant_names_its_group')],
            },
        ),
    ]
