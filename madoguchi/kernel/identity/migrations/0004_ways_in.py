"""Factors, contacts, sign-ins as rows, one-time codes, mails of sign-in, recoveries."""

import django.db.models.deletion
import madoguchi.kernel.refs.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0003_lent_divisions'),
        ('vault', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInMail',
            fields=[
                ('id', models.UUIDField(default=madoguchi.kernel.refs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField(default=bytes)),
                ('language', models.CharField(max_length=10)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=10)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.datakey')),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=madoguchi.kernel.refs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.BinaryField(default=bytes)),
                ('digest', models.CharField(max_length=64)),
                ('verified_at', models.DateTimeField()),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to=settings.AUTH_USER_MODEL)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.datakey')),
            ],
            options={
                'ordering': ['since', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('digest',), name='address_opens_one_account')],
            },
        ),
        migrations.CreateModel(
            name='Factor',
            fields=[
                ('id', models.UUIDField(default=madoguchi.kernel.refs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('passkey', 'Passkey'), ('totp', 'Totp'), ('card', 'Card'), ('recovery', 'Recovery')], max_length=10)),
                ('label', models.CharField(blank=True, max_length=60)),
                ('sealed', models.BinaryField(default=bytes)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('public', models.BinaryField(default=bytes)),
                ('sign_count', models.BigIntegerField(default=0)),
                ('last_step', models.BigIntegerField(default=0)),
                ('pin', models.CharField(blank=True, max_length=128)),
                ('created_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_why', models.CharField(blank=True, max_length=20)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='factors', to=settings.AUTH_USER_MODEL)),
                ('key', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.datakey')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(fields=['account', 'kind'], name='factor_account')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stopped_at', None), models.Q(('digest', ''), _negated=True)), fields=('kind', 'digest'), name='factor_opens_one_account')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.UUIDField(default=madoguchi.kernel.refs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('purpose', models.CharField(choices=[('mail', 'Mail'), ('change', 'Change'), ('enrol', 'Enrol'), ('counter', 'Counter'), ('stop', 'Stop')], max_length=10)),
                ('whose', models.CharField(blank=True, max_length=64)),
                ('about', models.CharField(blank=True, max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('tries_left', models.PositiveSmallIntegerField(default=5)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['purpose', 'whose', 'made_at'], name='code_whose'), models.Index(fields=['expires_at'], name='code_expires')],
            },
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.UUIDField(default=madoguchi.kernel.refs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('way', models.CharField(choices=[('mail', 'Mail'), ('counter', 'Counter')], max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('opens_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('document', models.CharField(blank=True, max_length=20)),
                ('seen_by', models.UUIDField(null=True)),
                ('seen_by_name', models.CharField(blank=True, max_length=100)),
                ('division', models.CharField(blank=True, max_length=100)),
                ('confirmed_by', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_why', models.CharField(blank=True, max_length=20)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recoveries', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('account', 'way'), name='one_recovery_of_a_kind_at_a_time'), models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('seen_by')), _negated=True), _connector='OR'), name='two_people_let_somebody_back_in')],
            },
        ),
        migrations.CreateModel(
            name='SignedIn',
            fields=[
                ('id', models.UUIDField(default=madoguchi.kernel.refs.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('realm', models.CharField(max_length=10)),
                ('assurance', models.CharField(max_length=40)),
                ('browser', models.CharField(blank=True, max_length=40)),
                ('started_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_why', models.CharField(blank=True, max_length=20)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signed_in', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-started_at', '-id'],
                'indexes': [models.Index(fields=['account', 'ended_at'], name='signed_in_account')],
            },
        ),
    ]
