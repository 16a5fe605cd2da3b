"""The queue's processes: `child` works through jobs, `group` keeps as many children as there is work for."""
