-- People: faces that belong together, and what is to be asked about them.

create table people (
    id            uuid primary key,                    -- UUIDv7; of a name that only files say, made from that name
    owner_id      uuid not null references users on delete cascade,
    name          text,                                -- null: nobody has said
    is_hidden     boolean not null default false,
    cover_face_id uuid,                                -- a face of theirs; chosen by a person or by the library
    faces         int not null default 0,              -- on photos in the library
    photos        int not null default 0,
    created_at    timestamptz not null default now(),
    file_name     text                                 -- what files call them; a person's word wins
);
create index people_owner on people (owner_id, is_hidden, faces desc, id desc);
create index people_name on people (owner_id, lower(name)) where name is not null;

alter table faces add person_id uuid references people on delete set null;
alter table faces add assigned_by smallint not null default 0;   -- 0 nobody, 1 the library, 2 a person, 3 the file
alter table faces add is_hidden boolean not null default false;  -- a person said that this is no face
alter table faces add is_sorted boolean not null default false;  -- the library has looked whose it is
create index faces_person on faces (person_id, photo_id);
create index faces_unsorted on faces (owner_id) where not is_sorted;

alter table people add constraint people_cover foreign key (cover_face_id) references faces on delete set null
    deferrable initially deferred;

create table person_facets (                           -- the faces that stand for a person when another is compared
    person_id uuid not null references people on delete cascade,
    face_id   uuid not null references faces on delete cascade,
    owner_id  uuid not null,
    primary key (person_id, face_id)
);
create index person_facets_face on person_facets (face_id);
create index person_facets_owner on person_facets (owner_id);

-- Likenesses that are worth a question. A side is a person, or a face that nobody is known by.
create table face_questions (
    id           uuid primary key,                     -- made from the two sides, so that a re-run asks the same again
    owner_id     uuid not null references users on delete cascade,
    person_id    uuid references people on delete cascade,
    face_id      uuid references faces on delete cascade,
    other_person_id uuid references people on delete cascade,
    other_face_id   uuid references faces on delete cascade,
    likeness     real not null,
    check (num_nonnulls(person_id, face_id) = 1 and num_nonnulls(other_person_id, other_face_id) = 1)
);
create index face_questions_owner on face_questions (owner_id, likeness desc);
create index face_questions_person on face_questions (person_id);
create index face_questions_face on face_questions (face_id);
create index face_questions_other_person on face_questions (other_person_id);
create index face_questions_other_face on face_questions (other_face_id);

-- What was said of the faces of one content, whatever boxes the words came with.
create index decisions_face on decisions (owner_id, left(subject, 64)) where topic = 'face';
