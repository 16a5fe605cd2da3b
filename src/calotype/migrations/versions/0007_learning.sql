-- Learning.
select 1;
