-- Albums of the best: derived, all of it may be lost. What a person pinned or removed stands in `decisions`.

create table curated_albums (
    id             uuid primary key,                   -- made of owner and key: the same album when it is made again
    owner_id       uuid not null references users on delete cascade,
    key            text not null,                      -- `year:2024`, `month:2024-07`, `moment:<id>`, `person:<id>`
    title          text not null,
    cover_photo_id uuid references photos on delete set null,
    photos         int not null default 0,
    of_photos      int not null default 0,             -- among how many they were chosen
    made_at        timestamptz not null default now(), -- when its photos were last others
    unique (owner_id, key)
);

create table curated_photos (
    album_id   uuid not null references curated_albums on delete cascade,
    photo_id   uuid not null references photos on delete cascade,
    owner_id   uuid not null,
    place      int not null default 0,                 -- from 1, in the order of time
    score      smallint not null default 0,            -- 0..1000
    is_pick    boolean not null,                       -- the library chose it
    is_pinned  boolean not null default false,         -- a person wants it in
    is_removed boolean not null default false,         -- a person wants it out: kept for a change of mind
    reason     text not null,                          -- in plain words, why the library chose it
    primary key (album_id, photo_id)
);
create index curated_photos_photo on curated_photos (photo_id);

create table curation_marks (                          -- what an album was last made of: another mark makes it due
    owner_id uuid not null references users on delete cascade,
    key      text not null,
    mark     bytea not null,
    primary key (owner_id, key)
);

-- Bytes that come in again find the albums that a person had put them into.
create index decisions_album_content on decisions (owner_id, field) where topic = 'album';
