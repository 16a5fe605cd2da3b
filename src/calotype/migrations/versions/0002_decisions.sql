-- Decisions with a history, work that belongs to an owner, and photos that are hidden or stand behind another.

-- What a person said -----------------------------------------------------------------------------------------------------

create table journal (                                 -- who said what, when; an undo is an entry, too
    id         uuid primary key,                       -- UUIDv7
    owner_id   uuid not null references users on delete cascade,
    actor_id   uuid not null,                          -- who said it; stays when that user is gone
    kind       text not null,                          -- `people.merge`, `photos.change`, `undo`
    summary    text not null,                          -- one sentence in plain words
    decided_at timestamptz not null default now(),
    undoes     uuid references journal on delete cascade,
    undone_by  uuid references journal on delete set null   -- null: in force
);
create index journal_owner on journal (owner_id, id desc);

-- One row a fact that was decided. Of the rows about one subject and field the newest that is not taken back stands.
-- A subject is said in words that outlive every re-run: the hex SHA-256 of the content, that with the box of a face, or
-- the id of something that only a person's word has made.
create table told (
    number       bigint generated always as identity primary key,   -- the order of telling
    owner_id     uuid not null references users on delete cascade,
    entry_id     uuid not null references journal on delete cascade,
    topic        text not null,                        -- `photo`, `face`, `person`, `moment`, `stack`, `label` …
    subject      text not null,
    field        text not null,
    value        jsonb,
    replaced     jsonb,                                -- what stood there when nobody had decided yet, where that is known
    is_taken_back boolean not null default false
);
create index told_standing on told (owner_id, topic, subject, field, number desc);
create index told_entry on told (entry_id);

create function id_of(moment timestamptz) returns uuid language sql volatile as $$   -- UUIDv7: the journal goes by it
    select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
            || '8' || substr(md5(random()::text), 1, 15))::uuid
$$;
insert into journal (id, owner_id, actor_id, kind, summary, decided_at)
select id_of(max(decided_at)), owner_id, owner_id, 'photos.change', 'Decided before there was a history', max(decided_at)
from decisions group by owner_id;
insert into told (owner_id, entry_id, topic, subject, field, value)
select d.owner_id, j.id, 'photo', encode(d.sha256, 'hex'), d.field, d.value
from decisions d join journal j on j.owner_id = d.owner_id order by d.decided_at;
with trash as (
    insert into journal (id, owner_id, actor_id, kind, summary, decided_at)
    select id_of(max(trashed_at)), owner_id, owner_id, 'photos.trash', 'Put into the trash before there was a history',
           max(trashed_at)
    from photos where status = 1 group by owner_id returning id, owner_id)
insert into told (owner_id, entry_id, topic, subject, field, value)
select p.owner_id, t.id, 'photo', encode(p.sha256, 'hex'), 'is_trashed', 'true'
from photos p join trash t on t.owner_id = p.owner_id where p.status = 1 order by p.trashed_at, p.id;
drop function id_of;
drop table decisions;
alter table told rename to decisions;
alter sequence told_number_seq rename to decisions_number_seq;
alter index told_pkey rename to decisions_pkey;
alter index told_standing rename to decisions_standing;
alter index told_entry rename to decisions_entry;

-- Work that belongs to an owner ------------------------------------------------------------------------------------------

create table owner_work (                              -- how far the last run of each kind of work came
    owner_id    uuid not null references users on delete cascade,
    kind        text not null,                         -- `people`, `stacks`, `moments`, …
    state       text not null check (state in ('running', 'done', 'failed')),
    is_whole    boolean not null default false,
    done        int not null default 0,
    total       int not null default 0,                -- 0: not known yet
    message     text not null default '',
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    primary key (owner_id, kind)
);

-- Photos -----------------------------------------------------------------------------------------------------------------
-- photos.status: 0 in the library, 1 in the trash, 2 hidden by its owner, 3 a variant that stands behind another photo.
create index photos_hidden on photos (owner_id, taken_local desc, id desc) where status = 2;
