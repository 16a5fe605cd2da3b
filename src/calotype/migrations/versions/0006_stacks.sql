-- Stacks.
select 1;
