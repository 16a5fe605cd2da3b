-- Curation.
select 1;
