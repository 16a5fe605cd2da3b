-- Moments.
select 1;
