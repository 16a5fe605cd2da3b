-- Stacks: pictures that belong together. What is found here can be found again; what people say of it is in the journal.

create table stacks (
    id            uuid primary key,
    owner_id      uuid not null references users on delete cascade,
    kind          text not null check (kind in ('variants', 'same', 'similar', 'burst')),
    lead_photo_id uuid not null,                       -- no foreign key: when the lead is purged, its variants are told
    reason        text not null,
    made_at       timestamptz not null default now()
);
create index stacks_owner on stacks (owner_id, id desc);
create index stacks_lead on stacks (lead_photo_id);

create table stack_photos (
    stack_id uuid not null references stacks on delete cascade,
    photo_id uuid not null references photos on delete cascade,
    owner_id uuid not null,
    role     text not null,                            -- 'lead', or what the photo is to the lead
    reason   text not null,
    primary key (stack_id, photo_id)
);
create index stack_photos_photo on stack_photos (photo_id);

-- Two photos that are alike, as found: contents never change, so a pair is looked at once in a version of the rules.
create table photo_pairs (
    one      uuid not null references photos on delete cascade,   -- the smaller id
    other    uuid not null references photos on delete cascade,
    owner_id uuid not null,
    kind     text not null check (kind in ('variants', 'same', 'similar', 'burst')),
    role     text not null,                            -- what `part` is to the other one: 'raw', 'edited', 'copy', …
    part     uuid not null,                            -- the one of the two that stands behind the other
    reason   text not null,
    primary key (one, other)
);
create index photo_pairs_other on photo_pairs (other);
create index photo_pairs_owner on photo_pairs (owner_id);

-- What the pictures of two photos say where hashes and vectors leave it open: what was refused is not looked at again.
create table compared_pictures (
    one      uuid not null references photos on delete cascade,   -- the smaller id
    other    uuid not null references photos on delete cascade,
    owner_id uuid not null,
    version  smallint not null,                        -- of the rules
    form     smallint not null,                        -- how the second was turned
    measures double precision[] not null,              -- the two that the rules ask for
    primary key (one, other)
);
create index compared_pictures_other on compared_pictures (other);

create table pair_lookups (                            -- whose neighbours are known, and by which rules
    photo_id uuid primary key references photos on delete cascade,
    owner_id uuid not null,
    version  smallint not null,
    space_id smallint not null default 0               -- the space of vectors that was looked in; 0: none was there yet
);
create index pair_lookups_owner on pair_lookups (owner_id);
create index photos_variants on photos (owner_id) where status = 3;
