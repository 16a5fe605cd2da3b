-- Moments: events (bursts of time and place) and trips (days away from home).

create table moments (
    id             uuid primary key,
    owner_id       uuid not null references users on delete cascade,
    kind           text not null check (kind in ('event', 'trip')),
    title          text not null,                      -- the person's, else in plain words from time and places
    place          text,                               -- where it was, in a word or two
    starts_local   timestamp not null,                 -- wall clock of the first photo and of the last
    ends_local     timestamp not null,
    photos         int not null,
    cover_photo_id uuid references photos on delete set null,
    parent_id      uuid references moments on delete set null,   -- the trip that an event lies in
    is_dismissed   boolean not null default false,
    is_made        boolean not null default false      -- by a person's word (a split): nothing found ever takes its id
);
create index moments_owner on moments (owner_id, starts_local desc, id desc);
create index moments_parent on moments (parent_id) where parent_id is not null;
create index moments_cover on moments (cover_photo_id);

create table moment_photos (                           -- a photo is in one event and in one trip at most
    moment_id uuid not null references moments on delete cascade,
    photo_id  uuid not null references photos on delete cascade,
    owner_id  uuid not null,
    primary key (moment_id, photo_id)
);
create index moment_photos_photo on moment_photos (photo_id);

create table moment_rhythms (                          -- what was learned of an owner, by the last run over everything
    owner_id    uuid primary key references users on delete cascade,
    gap_s       int not null,                          -- a pause this long ends an event
    silence_days int not null,                         -- so many days without a photo end a trip
    homes       jsonb not null,                        -- [{latitude, longitude, first_day, last_day, is_main}]
    is_southern boolean not null,                      -- most photos lie south of the equator
    photos      int not null,                          -- so many there were
    seen_change bigint not null,                       -- photos.change up to which photos were looked at
    told        bigint not null default 0              -- counts decisions: a run that began before one begins again
);

-- What has changed since: a run looks at the time around new photos alone.
create index photos_change on photos (owner_id, change);
