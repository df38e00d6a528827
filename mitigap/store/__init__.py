"""The filing cabinet: uploads, inventories, catalogues, jobs, results, accounts. It knows no technique."""
